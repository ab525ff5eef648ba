import {
  type AgentNode,
  type ArtifactNode,
  type CheckpointNode,
  HIDDEN,
  type JsonSchema,
  type TaskNode,
} from "./plan.ts";

/** What a person says of a value that a judge found wanting. */
const DECISION: JsonSchema = {
  type: "object",
  properties: { accept: { type: "boolean" }, note: { type: "string" } },
  required: ["accept"],
  additionalProperties: false,
};
const NOTHING = { is: "literal", value: null } as const;

/** The judge of gate `index` as the task or the agent it is; `undefined` without such a gate. Its input is `{ value }`. */
export function judgeOf(artifact: ArtifactNode, index: number): TaskNode | AgentNode | undefined {
  const by = artifact.gates[index]?.by;
  if (by === undefined) return undefined;
  const { retry, timeoutMs } = artifact;
  const attempts = {
    ...(retry === undefined ? {} : { retry }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  const secrets = by.secrets === undefined ? {} : { secrets: by.secrets };
  if ("agent" in by) return { kind: "agent", agent: by.agent, input: NOTHING, ...secrets, ...attempts };
  return { kind: "task", task: by.task, input: NOTHING, code: by.code, ...secrets, ...attempts };
}

/** What a person is asked when gate `index` was not passed; `undefined` when nobody is. */
export function reviewOf(artifact: ArtifactNode, index: number): CheckpointNode | undefined {
  const review = artifact.gates[index]?.review;
  if (review === undefined) return undefined;
  const { code, timeoutMs, onTimeout = "reject" } = review;
  return {
    kind: "checkpoint",
    title: NOTHING,
    decision: DECISION,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    onTimeout: onTimeout === "accept" ? { decide: { accept: true } } : onTimeout,
    code,
  };
}

const PART = /^(.*)\/~(gate|review)(\d+)(?:\.(\d+))?$/s;

/** What is asked about an artifact's value: a judge, or a person. */
export interface PartKey {
  /** Of the artifact. */
  readonly key: string;
  readonly is: "gate" | "review";
  /** Of the gate, from 0. */
  readonly index: number;
  /** Of the value, from 1. */
  readonly round: number;
}

/** `letter/~gate0`, and of the second value that was made `letter/~gate0.2`. */
export function toPartKey({ key, is, index, round }: PartKey): string {
  return `${key}/~${is}${index}${round === 1 ? "" : `.${round}`}`;
}

/** What the step is that has this key, when it is part of an artifact. */
export function partKeyOf(key: string): PartKey | undefined {
  const found = PART.exec(key);
  if (!found) return undefined;
  const [, whole, is, index, round = "1"] = found;
  return { key: whole!, is: is as PartKey["is"], index: Number(index), round: Number(round) };
}

/** A step's key as people read it: what is asked about an artifact is `letter, gate 1`, of its second value `letter, gate 1, value 2`. */
export function toKeyText(key: string): string {
  // Looked for first: nearly every key is none.
  if (!key.includes(HIDDEN)) return key;
  const part = partKeyOf(key);
  if (!part) return key.replace(/~([A-Za-z]+)(\d+)/g, "$1 $2");
  const what = part.is === "gate" ? `gate ${part.index + 1}` : `decision after gate ${part.index + 1}`;
  return `${part.key}, ${what}${part.round === 1 ? "" : `, value ${part.round}`}`;
}
