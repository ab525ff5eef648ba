import { CONVERSIONS, type Conversion } from "../plan/index.ts";
import type { AgentRecord } from "./define-agent.ts";
import { type Root, refTo } from "./ref.ts";
import type { Schema } from "./schema.ts";
import { callSites, type Site } from "./site.ts";

/** Marks shared between copies of this package. */
const RECORD = Symbol.for("maestro.record");
const SINK = Symbol.for("maestro.built");

export type NodeKind =
  | "task"
  | "agent"
  | "http"
  | "shell"
  | "score"
  | "map"
  | "loop"
  | "branch"
  | "switchOn"
  | "wait"
  | "checkpoint"
  | "artifact"
  | "derive"
  | "text"
  | "oneOf";

/** The inside of an `each`: what is built there exists once per item, or once per turn. */
export interface ScopeRecord {
  readonly parent: ScopeRecord | undefined;
}

/** A node as its author wrote it. */
export interface NodeRecord {
  readonly kind: NodeKind;
  readonly options: Readonly<Record<string, unknown>>;
  /** The `defineTask` or `defineAgent` it uses. */
  readonly definition?: TaskRecord | AgentRecord;
  /** The score it plays, or a function that gives it. */
  readonly plays?: unknown;
  readonly sites: readonly Site[];
  readonly scope: ScopeRecord | undefined;
  /** What is bound to a `text`, `oneOf`, `optional` or `derive`. */
  readonly parts?: readonly unknown[];
  /** A map's or a loop's inside, as `each` returned it. */
  body?: { readonly scope: ScopeRecord; readonly result: unknown };
}

export interface TaskRecord {
  readonly kind: "task";
  readonly id: string;
  readonly input: Schema;
  readonly output: Schema;
  readonly secrets?: unknown;
  readonly run: (call: never) => unknown;
  readonly sites: readonly Site[];
}

/** A root that stands for what a node gives. */
export interface OutputRoot extends Root {
  readonly is: "output";
  readonly node: NodeRecord;
}
export interface InputRoot extends Root {
  readonly is: "input";
  readonly schema: Schema;
  readonly sites: readonly Site[];
}
export interface ItemRoot extends Root {
  readonly is: "item" | "index";
  readonly scope: ScopeRecord;
}
export interface OptionalRoot extends Root {
  readonly is: "optional";
  readonly of: unknown;
}
export interface ConditionRoot extends Root {
  readonly is: "condition";
  readonly op: string;
  readonly operands: readonly unknown[];
}
/** `branch.yes`, `switch.is("a")`, `switch.otherwise`. */
export interface CaseRoot extends Root {
  readonly is: "case";
  readonly node: NodeRecord;
  /** Absent for `otherwise`. */
  readonly cases?: readonly (string | number | boolean)[];
}
/** A secret, by its name. */
export interface SecretRoot extends Root {
  readonly is: "secret";
  readonly name: string;
}
export type AnyRoot =
  | OutputRoot
  | InputRoot
  | ItemRoot
  | OptionalRoot
  | ConditionRoot
  | CaseRoot
  | SecretRoot;

let currentScope: ScopeRecord | undefined;

/** Runs `build` so that what it builds belongs to a new scope. */
export function inNewScope<T>(build: (scope: ScopeRecord) => T): T {
  const scope: ScopeRecord = { parent: currentScope };
  currentScope = scope;
  try {
    return build(scope);
  } finally {
    currentScope = scope.parent;
  }
}

/** Records a node. `below` is the constructor, so that the site is its caller's. */
export function recordNode(
  kind: NodeKind,
  below: (...args: never[]) => unknown,
  {
    options,
    ...rest
  }: { readonly options: object } & Partial<Pick<NodeRecord, "definition" | "parts" | "plays">>,
): NodeRecord {
  const record: NodeRecord = {
    kind,
    sites: callSites(below),
    scope: currentScope,
    options: options as NodeRecord["options"],
    ...rest,
  };
  (globalThis as { [SINK]?: NodeRecord[] })[SINK]?.push(record);
  return record;
}

/** A value computed from others: its author holds the reference itself, and need not list it. */
export function isValue({ kind }: NodeRecord): boolean {
  return kind === "derive" || kind === "text" || kind === "oneOf";
}

/** The function that its author called. */
export function calledOf({ kind, options }: NodeRecord): string {
  if (kind === "derive" && options.harmony === true) return "harmony";
  const convert = kind === "derive" ? (options.convert as Conversion | undefined) : undefined;
  return convert === undefined ? kind : CONVERSIONS[convert];
}

/** The reference to what `node` gives. */
export function outputOf(node: NodeRecord): unknown {
  const label =
    node.definition?.id ?? (typeof node.options.label === "string" ? node.options.label : node.kind);
  const root: OutputRoot = {
    is: "output",
    node,
    label: isValue(node) ? `${calledOf(node)}(…)` : `${label}.output`,
  };
  return refTo(root);
}

/** What authors hold: `output` and the node's other references, with the record behind them. */
export function toHandle(record: NodeRecord, references: object = {}): unknown {
  return Object.freeze({ output: outputOf(record), ...references, [RECORD]: record });
}

/** The record behind what an author holds, or `undefined` when it is no node. */
export function nodeRecord(value: unknown): NodeRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { [RECORD]?: NodeRecord })[RECORD];
}

/** Gathers every node built from now on, until `stop` is called: how the compiler finds nodes that nobody uses. */
export function watchBuilding(): { readonly built: NodeRecord[]; stop(): void } {
  const built: NodeRecord[] = [];
  const holder = globalThis as { [SINK]?: NodeRecord[] };
  holder[SINK] = built;
  return {
    built,
    stop() {
      delete holder[SINK];
    },
  };
}
