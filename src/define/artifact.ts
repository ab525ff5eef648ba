import type { GateFailure } from "../plan/index.ts";
import type { Duration } from "../support/duration.ts";
import type { AgentDefinition } from "./define-agent.ts";
import type { TaskDefinition } from "./define-task.ts";
import type { Node } from "./node.ts";
import type { Policies } from "./policy.ts";
import { recordNode, toHandle } from "./record.ts";
import type { Ref } from "./ref.ts";
import type { Schema } from "./schema.ts";

/** What a judge says of a value: from 0, useless, to 1, as good as it can be. */
export interface Verdict {
  readonly score: number;
  readonly why?: string | undefined;
}

type Judged<T> = { readonly value: T };

/** A judge of an artifact, and what happens to what it finds wanting. */
export interface GateOptions<T> {
  /** A task or an agent that takes `{ value }` and gives `{ score }` from 0 to 1. */
  readonly by: TaskDefinition<Judged<T>, Verdict> | AgentDefinition<Judged<T>, Verdict>;
  /** The least score that passes, 0 to 1. */
  readonly min: number;
  /**
   * `"fail"` (default); `"retry"`: what made the value is played again, as often as the artifact's `retry` says;
   * `"escalate"`: with a stronger model; `"checkpoint"`: a person decides.
   */
  readonly onFail?: GateFailure;
  /** Of `"checkpoint"`: how long the person has. Default: without end. */
  readonly timeout?: Duration;
  /** Of `"checkpoint"`: what follows when nobody decided in time, `"reject"` (default) or `"accept"`. */
  readonly onTimeout?: "accept" | "reject";
}

/**
 * A value worth keeping under a name, with where it came from. Its gates judge it first; it gives the value.
 * @example
 * const letter = artifact({
 *   name: "letter",
 *   value: draft.output,
 *   gates: [{ by: toneJudge, min: 0.8, onFail: "retry" }],
 *   retry: { attempts: 3 },
 * });
 */
export function artifact<T>(
  options: {
    /** What it is kept as. Inside a map or a loop it has to differ per item: a `text` with the item or its index. */
    readonly name: string | Ref<string>;
    readonly value: Ref<T>;
    /** What the value has to fit, besides its own schema. */
    readonly schema?: Schema;
    readonly gates?: readonly GateOptions<NoInfer<T>>[];
    /** What screens call this node's work. */
    readonly label?: string;
  } & Policies<NoInfer<T>>,
): Node<T> {
  return toHandle(recordNode("artifact", artifact, { options })) as Node<T>;
}
