import { DefinitionError } from "./definition-error.ts";
import { callSites } from "./site.ts";

declare const VALUE: unique symbol;

/** A reference to a value of type `T` that exists only while the score runs. Passing it to another node is the edge. */
export interface Ref<out T> {
  readonly [VALUE]: T;
}

/** A reference whose fields are references too: `found.output.leads`. */
export type Out<T> = Ref<T> & Nav<T, NonNullable<T>>;

export type Primitive =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | Date
  | Uint8Array
  | ((...args: never[]) => unknown);
type IsAny<T> = 0 extends 1 & T ? true : false;
type Nav<T, N> =
  IsAny<T> extends true
    ? // biome-ignore lint/suspicious/noExplicitAny: an `any` stays an `any`, field by field
      any
    : [N] extends [Primitive]
      ? unknown
      : [N] extends [readonly (infer E)[]]
        ? { readonly [index: number]: Out<E | undefined> }
        : // What may be text as well as an object has no fields to count on; JSON as a whole would go on without end.
          [Extract<N, Primitive>] extends [never]
          ? { readonly [K in keyof N]-?: Out<N[K] | (T extends undefined | null ? undefined : never)> }
          : unknown;

/** What an input of type `T` may be given: a literal, a reference, or an object or array of both. */
export type Bind<T> = Ref<T> | BindValue<T>;
export type BindValue<T> = T extends Primitive
  ? T
  : T extends readonly (infer E)[]
    ? readonly Bind<E>[]
    : { readonly [K in keyof T]: Bind<T[K]> };

/** What a node's `input` may be given. Not a union for objects, so that an error lands on the field it is about. */
export type Inputs<T> = T extends Primitive | readonly unknown[] ? Bind<T> : BindValue<T>;

/** `T`, which may also be read-only: what a task's function may return. Literals in it keep their type. */
export type Frozen<T> = T extends Primitive
  ? T
  : T extends readonly (infer E)[]
    ? readonly Frozen<E>[]
    : { readonly [K in keyof T]: Frozen<T[K]> };

/** The run-time type of a bound value: what an inline `run` receives. */
export type Unbind<B> =
  B extends Ref<infer T>
    ? T
    : B extends Primitive
      ? B
      : B extends readonly (infer E)[]
        ? Unbind<E>[]
        : { -readonly [K in keyof B]: Unbind<B[K]> };

/** The mark by which references are known; shared between copies of this package. */
const REF = Symbol.for("maestro.ref");

/** What a reference stands for: something recorded, and the way into its value. */
export interface RefInfo {
  readonly root: Root;
  readonly path: readonly (string | number)[];
}

/** What a reference starts from. `label` names it in messages. */
export interface Root {
  readonly is: string;
  readonly label: string;
}

type Key = string | symbol;

/** A new reference to `root`; its fields are references to what is inside. */
export function refTo(root: Root, path: readonly (string | number)[] = []): unknown {
  const fields = new Map<string, unknown>();
  const info: RefInfo = { root, path };
  const wrong = (code: "MS1210" | "MS1211" | "MS1212", below: (...args: never[]) => unknown): never => {
    throw new DefinitionError(code, { ref: toSource(info) }, callSites(below));
  };
  const asValue = (): never => wrong("MS1210", asValue);
  const assign = (): never => wrong("MS1211", assign);
  const call = (): never => wrong("MS1212", call);
  // A function as target, so that a call reaches `apply`; without a prototype, so that the proxy has no own fields to report.
  return new Proxy(() => {}, {
    get(_target, key: Key) {
      if (key === REF) return info;
      if (key === Symbol.toPrimitive || key === "toString" || key === "valueOf" || key === "toJSON")
        return asValue;
      // `then` is asked by `await`, `~standard` by schema libraries: a reference is neither.
      if (typeof key === "symbol" || key === "then" || key === "~standard") return undefined;
      let field = fields.get(key);
      if (field === undefined) {
        field = refTo(root, [...path, /^(0|[1-9]\d*)$/.test(key) ? Number(key) : key]);
        fields.set(key, field);
      }
      return field;
    },
    has: (_target, key) => key === REF,
    ownKeys: asValue,
    set: assign,
    defineProperty: assign,
    deleteProperty: assign,
    apply: call,
    construct: call,
  });
}

/** What `value` refers to, or `undefined` when it is no reference. */
export function refInfo(value: unknown): RefInfo | undefined {
  const mayBe = typeof value === "function" || (typeof value === "object" && value !== null);
  return mayBe && REF in value ? (value as { [REF]: RefInfo })[REF] : undefined;
}

/** The reference as its author would write it: `find-leads.output.leads[0]`. */
export function toSource({ root, path }: RefInfo): string {
  return root.label + path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
}
