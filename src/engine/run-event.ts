import type { StepCost } from "./ask-model.ts";
import type { Shortage } from "./core/admission.ts";
import type { Choice } from "./core/choose-way.ts";
import type { AskedInside, StepError } from "./core/state.ts";
import type { RunSource } from "./source.ts";

type What =
  /** `source`: what answers in place of models, tools, requests and programs; absent: they are asked. */
  | {
      readonly type: "run.started";
      readonly score: string;
      readonly resumed: boolean;
      readonly source?: RunSource["is"];
    }
  /** `gaps`: the steps that failed and were left out; absent when there are none. */
  | {
      readonly type: "run.completed";
      readonly output: unknown;
      readonly gaps?: readonly string[];
      readonly durationMs: number;
    }
  | {
      readonly type: "run.failed";
      readonly step: string | undefined;
      readonly error: StepError;
      readonly durationMs: number;
    }
  /** Stopped from outside, by somebody who holds it, or because steps ask what became of them; it can be resumed. */
  | {
      readonly type: "run.paused";
      readonly asking: readonly string[];
      readonly by?: string;
      readonly reason?: string | undefined;
    }
  /** Ended for good by somebody. */
  | {
      readonly type: "run.cancelled";
      readonly by: string;
      readonly reason?: string | undefined;
      readonly durationMs: number;
    }
  /** Only people can move it on: these checkpoints are open. `inside`: what is asked in runs that some of them play. */
  | {
      readonly type: "run.waiting";
      readonly checkpoints: readonly string[];
      readonly inside?: readonly AskedInside[];
    }
  /** Too many others are under way: it begins when these are free. */
  | { readonly type: "run.queued"; readonly waitsFor: readonly Shortage[] }
  | {
      readonly type: "step.queued";
      readonly step: string;
      readonly kind: string;
      readonly waitsFor: readonly Shortage[];
    }
  /** A wait, or a checkpoint that asks; over by itself at `until` (Unix ms), if ever. */
  | { readonly type: "step.waiting"; readonly step: string; readonly kind: string; readonly until?: number }
  /** Artifacts contradict each other: `letter.total` and `offer.sum`. With `onConflict: "report"` the run goes on. */
  | {
      readonly type: "harmony.conflict";
      readonly step: string;
      readonly artifacts: readonly string[];
      readonly places: readonly string[];
      readonly conflict: string;
    }
  | { readonly type: "map.started"; readonly step: string; readonly items: number }
  /** `plays`: the run that it plays. */
  | {
      readonly type: "step.started";
      readonly step: string;
      readonly kind: string;
      readonly attempt: number;
      readonly plays?: string;
    }
  | {
      readonly type: "step.completed";
      readonly step: string;
      readonly kind: string;
      readonly attempt: number;
      readonly durationMs: number;
      /** It was not played: its result is that of another run's step. */
      readonly cached?: { readonly run: string; readonly step: string; readonly at: number };
      /** Of a step that asked models. */
      readonly cost?: StepCost;
      /** It had failed, and its output was built from that of the node `from`, by the task `by`. */
      readonly reconstructed?: { readonly from: string; readonly by: string };
    }
  /** The run was given its output at its beginning: it is not played. */
  | { readonly type: "step.given"; readonly step: string; readonly kind: string }
  /** With `retryAt` (Unix ms) it will be tried again. */
  | {
      readonly type: "step.failed";
      readonly step: string;
      readonly kind: string;
      readonly attempt: number;
      readonly error: StepError;
      readonly durationMs: number;
      readonly retryAt?: number;
      readonly cost?: StepCost;
      /** Its output is built from that of another node next. */
      readonly rebuilds?: true;
      /** It is left out, and the run goes on without it. */
      readonly gap?: true;
      /** What was chosen to become of it, from what, and why. */
      readonly choice?: Choice;
    }
  /** It stopped at a budget, and goes on when somebody has decided about that. */
  | {
      readonly type: "step.parked";
      readonly step: string;
      readonly kind: string;
      readonly attempt: number;
      readonly why: string;
      readonly cost?: StepCost;
    }
  /** `guard`: its own condition was false. `upstream`: what it needs was skipped. `failed`: it failed and its node says to leave a gap. */
  | {
      readonly type: "step.skipped";
      readonly step: string;
      readonly kind: string;
      readonly reason: string;
      readonly node?: string;
      readonly gap?: true;
      readonly choice?: Choice;
    }
  /** A model has called a tool, and it is over; `isRefused`: nothing ran. */
  | {
      readonly type: "tool.called";
      readonly step: string;
      readonly tool: string;
      readonly input: unknown;
      readonly output?: unknown;
      readonly error?: string;
      readonly isRefused?: true;
      readonly durationMs?: number;
    }
  /** Nobody has said what this model costs, and the run has begun to ask it. Once for each model. */
  | { readonly type: "cost.unknown"; readonly step: string; readonly model: string }
  /** A piece of what a model says, as it comes; not stored. */
  | { readonly type: "text"; readonly step: string; readonly text: string }
  | { readonly type: "log"; readonly step: string; readonly message: string; readonly data?: unknown }
  | { readonly type: "progress"; readonly step: string; readonly done: number; readonly total: number };

/** Something that has happened to a run; `at` in Unix ms. What is told has been written down before, except logs, progress and starts. */
export type RunEvent = What & { readonly run: string; readonly at: number };
export type Told = What;
