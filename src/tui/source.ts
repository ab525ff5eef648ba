import type { PendingStep, StepForm } from "../engine/index.ts";
import type { Decided } from "../operations/override-orchestra.ts";
import type { SteppingCommand } from "../operations/stepping-command.ts";
import type { JsonSchema } from "../plan/index.ts";
import type { CostSum, RunSummary } from "../store/store.ts";
import type { ListedOrchestra } from "../views/orchestra-board.ts";
import type { WatchedRun } from "../views/run-progress.ts";

/** How something stands, for its sign and its colour. */
export type Standing =
  | "idle"
  | "queued"
  | "running"
  | "waiting"
  | "paused"
  | "done"
  | "failed"
  | "skipped"
  | "cancelled";

export interface ScoreItem {
  readonly id: string;
  readonly title?: string | undefined;
  readonly file: string;
  readonly nodes: number;
  /** What is wrong with its file; it is played as it was before. */
  readonly errors: number;
}

export interface OrchestraItem {
  readonly id: string;
  readonly name?: string | undefined;
  readonly score?: string | undefined;
  /** As its file says it. */
  readonly schedule?: string | undefined;
  /** How it stands in the store; absent: it is in the files alone. */
  readonly deployed?: ListedOrchestra | undefined;
}

export interface CheckpointItem {
  readonly run: string;
  readonly key: string;
  readonly title: string;
  readonly show: unknown;
  readonly assignee?: string | undefined;
  readonly until?: number | undefined;
  readonly askedAt: number;
}

export interface ProblemItem {
  readonly severity: "error" | "warning" | "info";
  readonly code: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
  /** With its code frame and its hint, without colours. */
  readonly text: string;
  /** Its file, as a URL. */
  readonly link?: string | undefined;
}

export interface LogLine {
  readonly at: number;
  readonly text: string;
}

/** What lists show. */
export interface Board {
  /** The workspace's name, and what owns the store. */
  readonly name: string;
  readonly owner: string;
  /** Does the owner follow schedules? */
  readonly isScheduled: boolean;
  /** Is what TypeScript says among the problems? */
  readonly hasTypes: boolean;
  readonly scores: readonly ScoreItem[];
  readonly agents: readonly { readonly id: string; readonly file: string; readonly model: string }[];
  readonly orchestras: readonly OrchestraItem[];
  /** The newest first. */
  readonly runs: readonly RunSummary[];
  readonly checkpoints: readonly CheckpointItem[];
  readonly problems: readonly ProblemItem[];
  /** What the last reloads changed, the newest last. */
  readonly changes: readonly string[];
  readonly costs: readonly CostSum[];
  readonly logs: readonly LogLine[];
}

/** What is heard of a run while it is played, and stands in no store. */
export interface LiveRun {
  /** By step, the one that has spoken last at the end: the end of what its model says, and how long all of it is. */
  readonly texts: Readonly<Record<string, { readonly text: string; readonly characters: number }>>;
  readonly progress: Readonly<Record<string, { readonly done: number; readonly total: number }>>;
  /** How many items maps have. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** A run as its screen shows it. */
export type ShownRun = WatchedRun & {
  readonly live?: LiveRun | undefined;
  /** What is known of the failure of the step that is looked at. */
  readonly learnings?: Readonly<Record<string, readonly { readonly text: string }[]>>;
  /** Of one that is played step by step: what may be played next. */
  readonly stepping?: readonly PendingStep[] | undefined;
};

/** A score drawn with characters, as a list for where that has no room, and by levels for where that has none either. */
export interface Drawing {
  /** Lines; none of a score that is too large to be drawn. */
  readonly picture: readonly string[];
  readonly list: readonly string[];
  /** The names of its own nodes, by how many have to be played before. */
  readonly levels: readonly (readonly string[])[];
}

/** Something that the screens have done for somebody. */
export type Action =
  | { readonly do: "run"; readonly score: string; readonly input: unknown; readonly isStepped?: boolean }
  /** With its input as it is typed after `--input`: its schema decides what `3` means. */
  | { readonly do: "run"; readonly score: string; readonly words: readonly string[] }
  | {
      readonly do: "rerun";
      readonly run: string;
      readonly from?: string;
      readonly input?: unknown;
      /** In place of what a step gave. */
      readonly output?: { readonly step: string; readonly value: unknown };
    }
  | { readonly do: "pause" | "cancel"; readonly run: string }
  | { readonly do: "resume"; readonly run: string; readonly isStepped?: boolean }
  /** Of a run that is played step by step. */
  | { readonly do: "step"; readonly run: string; readonly command: SteppingCommand }
  | {
      readonly do: "orchestra";
      readonly orchestra: string;
      readonly decided: Decided;
      readonly why?: string;
    }
  /** A run of an orchestra, whatever its schedule says. */
  | { readonly do: "play"; readonly orchestra: string }
  | { readonly do: "decide"; readonly run: string; readonly step: string; readonly value: unknown }
  | { readonly do: "open"; readonly file: string; readonly line: number; readonly column: number }
  | { readonly do: "copy"; readonly text: string };

/** Where screens have their data from, and who does what they ask. It is the same on another owner. */
export interface Source {
  board(): Promise<Board>;
  /** @param step the one that is looked at closely */
  run(id: string, step: string | undefined): Promise<ShownRun>;
  drawing(score: string): Promise<Drawing>;
  inputOf(score: string): Promise<JsonSchema | undefined>;
  decisionOf(run: string, step: string): Promise<JsonSchema | undefined>;
  /** What can be given in place of a step that is held. */
  formOf(run: string, step: string): Promise<StepForm>;
  /** Has the terminal to be somebody else's meanwhile? */
  needsTerminal(action: Action): boolean;
  /** Does it, and says so in a sentence. Rejects with the reason in words. */
  perform(action: Action): Promise<string>;
  /** Calls `listener` when something may be another thing; the returned function ends that. */
  subscribe(listener: () => void): () => void;
}
