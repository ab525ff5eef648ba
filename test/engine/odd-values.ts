/** Values that author code can hand over and JSON does not know, or that something on their way could stumble over. */
export interface OddValue {
  readonly name: string;
  readonly make: () => unknown;
}

/** What a value has to become: what JSON gives back, or no output at all. */
export type Expected = { readonly value: unknown } | "refused";

/** Deeper than this is no output; JSON itself, SQLite and comparing would each end somewhere else. */
export const DEEPEST = 500;

export function expectedOf({ make }: OddValue): Expected {
  const value = make();
  if (typeof value === "number" && !Number.isFinite(value)) return "refused";
  try {
    const json = JSON.stringify(value === undefined ? null : value);
    if (json === undefined || depthOf(json) > DEEPEST) return "refused";
    return { value: JSON.parse(json) };
  } catch {
    return "refused";
  }
}

function depthOf(json: string): number {
  let [depth, deepest] = [0, 0];
  for (const bracket of json.replace(/"(?:[^"\\]|\\.)*"/gs, "").match(/[[\]{}]/g) ?? []) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

export function nested(levels: number, inside: unknown = 1, isList = true): unknown {
  let value = inside;
  for (let i = 0; i < levels; i++) value = isList ? [value] : { a: value };
  return value;
}

function throwing(): never {
  throw new Error("a trap");
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function circle(): unknown {
  const value: Record<string, unknown> = {};
  value.self = { list: [value] };
  return value;
}

const odd: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  "-Infinity": () => Number.NEGATIVE_INFINITY,
  "-0": () => -0,
  "the largest number": () => Number.MAX_VALUE,
  "the smallest number": () => Number.MIN_VALUE,
  "2 ** 53 + 2": () => 2 ** 53 + 2,
  "numbers that JSON lacks, inside": () => ({ a: Number.NaN, b: [Number.POSITIVE_INFINITY, -0] }),
  "a bigint": () => 10n,
  "a bigint inside": () => ({ a: [1n] }),
  "a bigint that knows toJSON": () => Object.assign(Object(1n), { toJSON: () => "1" }),
  "a symbol": () => Symbol("odd"),
  "symbols inside": () => ({ [Symbol("key")]: 1, value: Symbol("odd"), list: [Symbol("odd")] }),
  "a function": () => () => 1,
  "functions inside": () => ({ f: () => 1, list: [() => 1] }),
  "a function that knows toJSON": () => Object.assign(() => 1, { toJSON: () => "called" }),
  "a class": () => class Odd {},
  undefineds: () => ({ a: undefined, list: [undefined, 1] }),
  "a boxed string": () => Object("boxed"),
  "a boxed NaN": () => Object(Number.NaN),
  "a date": () => new Date(0),
  "a date that is none": () => new Date(Number.NaN),
  "a map": () => new Map([["a", 1]]),
  "a set": () => new Set([1]),
  "a weak map": () => new WeakMap(),
  "a regular expression": () => /odd/g,
  "an error": () => new Error("odd"),
  "a url": () => new URL("https://example.com/"),
  "typed arrays": () => ({ bytes: new Uint8Array([1, 2]), floats: new Float64Array([Number.NaN, -0]) }),
  "a buffer": () => Buffer.from([0, 255]),
  "an array buffer": () => new ArrayBuffer(8),
  "big typed array": () => new BigInt64Array([1n]),
  "a generator": () => (function* () {})(),
  "a promise inside": () => ({ later: Promise.resolve(1) }),
  globalThis: () => globalThis,
  "a circle": circle,
  "the same thing twice": () => {
    const same = { a: 1 };
    return [same, same];
  },
  "an object without a prototype": () => Object.assign(Object.create(null), { a: 1 }),
  "a getter that throws": () => Object.defineProperty({}, "a", { enumerable: true, get: throwing }),
  "a getter that tells something else each time": () => {
    let times = 0;
    return Object.defineProperty({}, "a", { enumerable: true, get: () => ++times });
  },
  "a toJSON that throws": () => ({ toJSON: throwing }),
  "a toJSON that throws what cannot be shown": () => ({
    toJSON() {
      throw Object.create(null);
    },
  }),
  "a toJSON that throws a revoked proxy": () => ({
    toJSON() {
      throw revoked();
    },
  }),
  "a toJSON that gives undefined": () => ({ toJSON: () => undefined }),
  "a toJSON that gives NaN": () => ({ toJSON: () => Number.NaN }),
  "a toJSON that gives a function": () => ({ toJSON: () => throwing }),
  "a toJSON that gives itself": () => {
    const value: Record<string, unknown> = { a: 1 };
    value.toJSON = () => value;
    return value;
  },
  "a toJSON that is no function": () => ({ toJSON: 1 }),
  "an error whose message throws": () => Object.defineProperty(new Error(), "message", { get: throwing }),
  "an error whose name is a symbol": () => Object.assign(new Error("odd"), { name: Symbol("name") }),
  "an error whose stack is a number": () => Object.assign(new Error("odd"), { stack: 1 }),
  "an error that is its own cause": () => {
    const error = new Error("odd");
    error.cause = error;
    return error;
  },
  "a proxy": () => new Proxy({ a: 1 }, {}),
  "a proxy whose traps throw": () =>
    new Proxy({}, { get: throwing, ownKeys: throwing, has: throwing, getPrototypeOf: throwing }),
  "a revoked proxy": revoked,
  "a revoked proxy inside": () => ({ a: [revoked()] }),
  "an own __proto__": () => JSON.parse('{"__proto__":{"polluted":true},"a":{"__proto__":1}}'),
  "names of JavaScript's own": () => ({
    constructor: { prototype: { polluted: true } },
    hasOwnProperty: 1,
    toString: "text",
    valueOf: null,
    length: -1,
    ["th" + "en"]: 1,
    toJSON: null,
  }),
  "names of the engine's": () => ({ is: "secret", name: "KEY", value: 1, error: 1, problems: [], json: "x" }),
  "half a character": () => "a\ud800b",
  "half characters as keys and values": () => ({ "\udc00": "\ud800", list: ["\udfff"] }),
  "a NUL": () => "a\0b",
  "NULs as keys and values": () => ({ "\0": "\0", "a\0": ["\0"] }),
  "control characters": () => Array.from({ length: 32 }, (_, i) => String.fromCharCode(i)).join(""),
  "line separators": () => "\u2028\u2029\ufeff\u0085",
  "a noncharacter": () => "\ufffe\uffff\u{10ffff}",
  "text like SQL": () => "'); DROP TABLE runs; --",
  "text like JSON": () => '{"a": 1',
  "an empty string": () => "",
  "empty keys": () => ({ "": { "": "" } }),
  "a very long key": () => ({ ["k".repeat(100_000)]: 1 }),
  "keys like numbers": () => ({ 1: "a", "-1": "b", 4294967295: "c", "1e3": "d" }),
  "a sparse array": () => {
    const list: unknown[] = [];
    list[5] = 1;
    list.length = 10;
    return list;
  },
  "an array with names": () => Object.assign([1], { name: "odd", "-1": 2 }),
  "lists 500 deep": () => nested(500),
  "lists 501 deep": () => nested(501),
  "objects 500 deep": () => nested(500, "end", false),
  "objects 501 deep": () => nested(501, "end", false),
  "lists 1,100 deep": () => nested(1_100),
  "lists 4,000 deep": () => nested(4_000),
  "lists 10,000 deep": () => nested(10_000),
  "objects 10,000 deep": () => nested(10_000, "end", false),
  "text with more brackets than anything is deep": () => ["[".repeat(2_000), '\\"['.repeat(2_000)],
};

/** They cost their time everywhere they go. */
const large: typeof odd = {
  "an array of length 100,000": () => Array.from({ length: 100_000 }, (_, i) => i),
  "100,000 keys": () => Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i])),
  "5 MB of text": () => "ä".repeat(2_500_000),
  "5 MB of quotes and backslashes": () => '\\"'.repeat(2_500_000),
};

const toOddValue = ([name, make]: [string, () => unknown]): OddValue => ({ name, make });

const hasLarge = process.env.LARGE_VALUES !== undefined;

/** Large ones among them only in the long tests. */
export const ODD_VALUES = Object.entries(hasLarge ? { ...odd, ...large } : odd).map(toOddValue);
export const ALL_ODD_VALUES = Object.entries({ ...odd, ...large }).map(toOddValue);
