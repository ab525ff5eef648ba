import type { AgentRecord } from "./define-agent.ts";
import { listOf } from "./list-of.ts";
import {
  type AutoRecord,
  type FailureRecord,
  failureKind,
  failureRecord,
  type ReconstructRecord,
} from "./policy.ts";
import type { NodeRecord, TaskRecord } from "./record.ts";
import type { Site } from "./site.ts";

/** A schema that something has to fit: what is passed on, or what stands in for a node's output. */
export interface Taking {
  /**
   * Where it stands below the node's path: empty for the node's own, `/~gate0` for a judge, `/~with` for what
   * reconstructs, `/~output` for the node's output when something may stand in for it.
   */
  readonly below: string;
  readonly schema: unknown;
  /** Absent: `"input"`. */
  readonly side?: "input" | "output";
  /** Of the `defineTask` or `defineAgent` it is written in; absent when the node itself has it. */
  readonly sites?: readonly Site[];
}

/** What values that `record` is given, or that stand in for its output, have to fit. */
export function takingsOf(record: NodeRecord): readonly Taking[] {
  const { kind, options, definition } = record;
  const found = [...standIns(record)];
  if (definition) found.push(toTaking("", definition));
  else if (kind === "loop") found.push({ below: "", schema: options.state });
  else if (kind === "checkpoint") found.push({ below: "", schema: options.decision });
  else if (kind === "artifact") {
    const gates = listOf(options.gates);
    found.push({ below: "", schema: options.schema }, ...gates.map(judgeOf));
  }
  return found;
}

const OUTPUTS = ["output", "response", "state", "decision"];

function standIns({ options, definition }: NodeRecord): Taking[] {
  const record = failureRecord(options.onFailure);
  if (!record) return [];
  const key = OUTPUTS.find((one) => options[one] !== undefined);
  const schema = definition ? definition.output : key === undefined ? undefined : options[key];
  const output: Taking = { below: "/~output", schema, side: "output" };
  const rebuilt = rebuiltBy(record);
  return rebuilt ? [output, toTaking("/~with", rebuilt.with as TaskRecord | undefined)] : [output];
}

/** What `reconstruct()` was given, alone or inside `auto()`. */
function rebuiltBy(record: FailureRecord): { readonly with?: unknown } | undefined {
  const kind = failureKind(record);
  if (kind === "reconstruct") return record as ReconstructRecord;
  if (kind === "fallback") return undefined;
  const { reconstruct } = (record as AutoRecord).options;
  return reconstruct === undefined ? undefined : Object(reconstruct);
}

function judgeOf(gate: unknown, i: number): Taking {
  return toTaking(`/~gate${i}`, Object(gate).by as TaskRecord | AgentRecord | undefined);
}

/** JavaScript's authors can give anything: what it is not is told elsewhere. */
function toTaking(below: string, definition: TaskRecord | AgentRecord | undefined): Taking {
  const { input: schema, sites } = Object(definition) as { input?: unknown; sites?: readonly Site[] };
  return { below, schema, ...(Array.isArray(sites) ? { sites } : {}) };
}
