import type { Route } from "../plan/index.ts";
import type { Choice } from "./core/choose-way.ts";
import type { Verdict } from "./core/judge-failure.ts";
import type { Refusal } from "./core/scope.ts";
import type { Breach, Step } from "./core/state.ts";
import type { RunSource } from "./source.ts";

/** What is kept of an attempt besides what it gave: what `info` of its row may hold. */
export interface StepInfo {
  /** Until when a wait or a checkpoint is open, in Unix ms. */
  readonly until?: number;
  /** The run that plays a score. */
  readonly run?: string;
  /** Nobody outside was asked: what answered in their place. */
  readonly source?: RunSource["is"];
  /** Why it was left out. */
  readonly reason?: string;
  /** What an artifact is kept as. */
  readonly name?: string;
  /** Which value of an artifact it made, when not the first, and how often better ones were asked for. */
  readonly round?: number;
  readonly escalation?: number;
  /** What a gate said of the value before. */
  readonly refused?: Refusal;
  /** It was not played: its result was taken from another run. */
  readonly cached?: { readonly run: string; readonly step: string; readonly at: number };
  /** Its output was given when the run began. */
  readonly given?: true;
  /** A person gave its output, or its case, instead of having it played; and who that was. */
  readonly overridden?: true;
  readonly by?: string;
  /** What was changed in its input. */
  readonly varied?: unknown;
  /** It built its output from that of the node `from`, by the task `by`. */
  readonly reconstructed?: { readonly from: string; readonly by: string };
  /** In which order its models were to be asked, and why. */
  readonly route?: Route;
  /** It was played as this revision of its agent, in place of the run's own. */
  readonly revision?: string;
  /** What was looked at before its output was taken: `file out/report.md`. */
  readonly verified?: readonly string[];
  /** It failed and was left out. */
  readonly gap?: true;
  /** It had to stop at a budget; with the number of the question that was asked then. */
  readonly budget?: Breach & { readonly question: number };
  /** It failed, and is tried again then, in Unix ms: for people, where it takes so long that they may ask. */
  readonly retryAt?: number;
  /** What was chosen when it failed, and why. */
  readonly choice?: Choice;
}

/** What is known of an attempt when it begins; `undefined` when that is nothing special. */
export function infoOf({ again, varied, rebuilding, node }: Step): StepInfo | undefined {
  if (rebuilding) {
    const { from, task: by } = node.ways.reconstruct!;
    return { ...again, reconstructed: { from, by } };
  }
  return varied === undefined ? again && { ...again } : { ...again, varied };
}

/** Nobody sees that a step waits this long for its next attempt. */
const UNSEEN_MS = 1_000;

/** What was decided about an attempt that failed, as far as it is kept. */
export function decidedBy({ is, choice }: Verdict): StepInfo | undefined {
  if (is !== "skip" && !choice) return undefined;
  return { ...(is === "skip" ? { gap: true } : {}), ...(choice ? { choice } : {}) };
}

/** When a failed attempt is followed by another one, where that takes long enough to be asked about. */
export function againAt(verdict: Verdict, endedAt: number): StepInfo | undefined {
  return verdict.is === "retry" && verdict.at - endedAt > UNSEEN_MS ? { retryAt: verdict.at } : undefined;
}
