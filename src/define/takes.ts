import type { AgentRecord } from "./define-agent.ts";
import { type FailureRecord, failureKind, failureRecord } from "./policy.ts";
import type { NodeRecord, TaskRecord } from "./record.ts";
import type { Site } from "./site.ts";

/** A schema that something of a node is given to. */
interface Taking {
  /** Where it stands below the node's path: empty for the node's own, `/~gate0` for a judge, `/~with` for what reconstructs. */
  readonly below: string;
  readonly schema: unknown;
  /** Of the `defineTask` or `defineAgent` it is written in; absent when the node itself has it. */
  readonly sites?: readonly Site[];
}

/** What `record` passes values to, as its schemas say. */
export function takingsOf({ kind, options, definition }: NodeRecord): readonly Taking[] {
  const after = reconstructed(options.onFailure);
  const rest = after ? [after] : [];
  switch (kind) {
    case "task":
    case "agent":
      return definition ? [toTaking("", definition), ...rest] : rest;
    case "loop":
      return [{ below: "", schema: options.state }, ...rest];
    case "checkpoint":
      return [{ below: "", schema: options.decision }, ...rest];
    case "artifact": {
      const gates = Array.isArray(options.gates) ? options.gates : [];
      return [{ below: "", schema: options.schema }, ...gates.map(judgeOf), ...rest];
    }
    default:
      return rest;
  }
}

function judgeOf(gate: unknown, i: number): Taking {
  return toTaking(`/~gate${i}`, Object(gate).by as TaskRecord | AgentRecord | undefined);
}

function reconstructed(onFailure: unknown): Taking | undefined {
  const record = failureRecord(onFailure);
  if (!record || failureKind(record) !== "reconstruct") return undefined;
  const { with: task } = record as Extract<FailureRecord, { with: unknown }>;
  return toTaking("/~with", task as TaskRecord | undefined);
}

/** JavaScript's authors can give anything: what it is not is told elsewhere. */
function toTaking(below: string, definition: TaskRecord | AgentRecord | undefined): Taking {
  const { input: schema, sites } = Object(definition) as { input?: unknown; sites?: readonly Site[] };
  return { below, schema, ...(Array.isArray(sites) ? { sites } : {}) };
}
