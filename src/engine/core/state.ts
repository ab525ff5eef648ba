import type { ArtifactNode, Plan, Route } from "../../plan/index.ts";
import type { Choice } from "./choose-way.ts";
import { Filling } from "./filling.ts";
import type { Graph, GraphNode } from "./graph.ts";
import { Queue } from "./queue.ts";
import { type ArtifactState, type LoopState, type MapState, type Round, Scope } from "./scope.ts";

/** Why an attempt did not succeed, as it is stored. */
export interface StepError {
  readonly message: string;
  readonly code?: string;
  /** Of the error that was thrown: `TypeError`. */
  readonly name?: string;
  readonly stack?: string;
  /** What would mend it, where a step asks models: nobody sees more of it than what stands with the step. */
  readonly hint?: string;
  /** Trying again would bring the same. */
  readonly isFinal?: boolean;
  /** An interruption that counts as a failure: nothing but this step can have ended its process. */
  readonly isCounted?: boolean;
  /** The least time that was asked for before the next attempt. */
  readonly retryAfterMs?: number;
}

/** What is known of a step from the journal: its attempts in order. */
export interface PastAttempt {
  readonly attempt: number;
  /** `skipped`: it was left out and is not played, also after a crash. Other skips are decided again. */
  readonly status: "running" | "completed" | "failed" | "skipped" | "interrupted";
  /** The output, when completed. */
  readonly value?: unknown;
  readonly error?: StepError;
  readonly endedAt: number | undefined;
  /** The kind of a step that is open: a wait, a checkpoint, a played score. */
  readonly open?: string;
  /** How long it took. */
  readonly durationMs?: number;
  /** It was to build the output from another one. */
  readonly isRebuilding?: true;
  /** What was chosen when it failed. */
  readonly choice?: Choice;
  /** In which order its models were to be asked. */
  readonly route?: Route;
  /** As which revision of its agent it was played, in place of the run's own. */
  readonly revision?: string;
  /** It had to stop at a budget, and the number of the question that was asked about it. */
  readonly breach?: Breach & { readonly question: number };
  /** When a wait or a checkpoint that is open is over by itself, in Unix ms. */
  readonly until?: number;
  /** The run that plays it, of a score, and when the attempt began. */
  readonly child?: string;
  readonly begunAt?: number;
  /** Which value of an artifact it was to make; absent: the first, as of every other step. */
  readonly round?: number;
  /** What an artifact is kept as. */
  readonly name?: string;
  /** A person has said what a branch or a switch takes. */
  readonly isOverridden?: boolean;
}

/** A step that has been reached and has not settled. */
export interface Step {
  readonly key: string;
  readonly scope: Scope;
  readonly node: GraphNode;
  /** A task's input; the values of a derive; what a failed output is built from. */
  input: unknown;
  /** The attempt that is next or under way, from 1. A result with another number is too late. */
  attempt: number;
  /** Attempts that failed, without those that were interrupted through no fault of theirs. */
  failures: number;
  /** It was given out to be played, and has brought nothing yet. */
  isBegun: boolean;
  /** It was given out once and not begun: a pause or a checkpoint of this kind is over, nobody can decide it any more. */
  isHeldBack?: boolean;
  /** A wait or a checkpoint that has been written down, and until when it waits: `Infinity` for ever. */
  until?: number;
  /** The run that plays it, of a score that was begun before. */
  child?: string | undefined;
  /** When the attempt began that it is the run of, in Unix ms: its time counts from then, in every process. */
  begunAt?: number | undefined;
  /** What that run asked when it came to rest. */
  asked?: readonly AskedInside[];
  /** The loop whose next state this is. */
  readonly loop?: LoopState;
  /** The artifact whose schema, judge or person this asks. */
  readonly artifact?: ArtifactState;
  /** It is played again, because an artifact was not content with what it made before. */
  readonly again?: Round;
  /** What was changed in the input for the attempt that is next or under way. */
  varied?: unknown;
  /** It has failed for good with this, and the attempt that is next or under way builds its output from another one. */
  rebuilding?: { readonly error: StepError };
  /** What its attempts took together, in ms; counted where a choice may depend on it. */
  spentMs?: number;
  /** It was given one attempt more than its `retry` allows. */
  isGranted?: boolean;
  /** It asks a person about a budget that is reached. */
  readonly budget?: Breach;
  /** Somebody has said that no more is spent: its next attempt fails with MR3077 about this. */
  refused?: Pick<Breach, "what" | "budget" | "spent"> & { readonly note: string | undefined };
}

/** A budget that has no room for the next call. Amounts in micro-USD. */
export interface Breach {
  /** The budget's durable name. */
  readonly scope: string;
  /** What it bounds, for people. */
  readonly what: string;
  readonly model: string;
  readonly spent: number;
  /** What the call may cost. */
  readonly bound: number;
  readonly budget: number;
  /** When it begins anew, Unix ms. */
  readonly until?: number;
}

/** Steps that wait for more money, and the person who is asked for it. */
export interface Purses {
  /** Questions that were asked, the open one among them. */
  asked: number;
  question: Step | undefined;
  readonly waiting: Step[];
}

/** Something that was decided without a player, to be written down beside what comes next. */
export interface Note {
  readonly key: string;
  readonly kind: string;
  /** A map is `running` from when its items are known. */
  readonly status: "running" | "completed" | "skipped" | "failed";
  readonly value?: unknown;
  readonly error?: StepError;
  readonly info?: Readonly<Record<string, unknown>>;
  /** Of an artifact that is kept. */
  readonly kept?: Kept;
}

/** What is kept with an artifact is found from its node, and from what its value was made of, by name. */
export interface Kept {
  readonly plan: ArtifactNode;
  readonly sources: Readonly<Record<string, unknown>>;
}

/** What to do next. */
export type Move =
  | { readonly is: "play"; readonly step: Step }
  | { readonly is: "compute"; readonly step: Step }
  | { readonly is: "note"; readonly note: Note };

/** How a run ended, or that it cannot go on by itself. */
export type Outcome =
  /** `gaps`: the steps that failed and were left out; absent when there are none. */
  | { readonly is: "completed"; readonly output: unknown; readonly gaps?: readonly string[] }
  | { readonly is: "failed"; readonly step: string | undefined; readonly error: StepError }
  /**
   * Checkpoints are open, and nothing else is left to do before somebody decides, or `until` (Unix ms) has come: then one
   * of them is over by itself, or the run is. `inside`: what is asked in runs that some of `steps` play.
   */
  | {
      readonly is: "waiting";
      readonly steps: readonly string[];
      readonly inside?: readonly AskedInside[];
      readonly until?: number;
    }
  /** Steps with `retry: "never"` that were interrupted: somebody has to say what became of them. */
  | { readonly is: "asking"; readonly steps: readonly string[] };

/** What a person is asked in a run that a step plays, at any depth. */
export interface AskedInside {
  /** The step. */
  readonly of: string;
  /** The run that asks, and its own step. */
  readonly run: string;
  readonly step: string;
  /** It was interrupted and must not happen twice: what became of it is asked, no decision. */
  readonly isInterrupted?: true;
}

/** One run as the core sees it. Changed only by `apply`; read it through `moves` and `outcome`. */
export interface RunState {
  readonly id: string;
  readonly plan: Plan;
  readonly input: unknown;
  readonly root: Scope;
  /** What the journal holds of steps, by key. */
  readonly past: ReadonlyMap<string, readonly PastAttempt[]>;
  /** Interrupted steps that may be played again. */
  readonly redo: ReadonlySet<string>;
  /** Steps by key that are ready, waiting for their next attempt, or under way. */
  readonly steps: Map<string, Step>;
  readonly ready: Queue<Step>;
  readonly computes: Queue<Step>;
  readonly notes: Queue<Note>;
  /** Steps whose next attempt has to wait from `since` until `at`, the earliest first. */
  readonly delayed: { readonly at: number; readonly since: number; readonly step: Step }[];
  /** Nodes that have settled and whose readers have not been told yet. */
  readonly settled: Queue<{ readonly scope: Scope; readonly node: GraphNode }>;
  /** Maps that have items left, and begin them as there is room. */
  readonly filling: Filling;
  /** Maps that have items left which had been begun before. */
  readonly refilling: Queue<MapState>;
  /** Of maps that the journal knows, by key: how many items had been begun. Counted when the first of them begins. */
  begun: ReadonlyMap<string, number> | undefined;
  readonly asking: string[];
  /** Outputs that the run was given at its beginning, by key: those steps are not played. */
  readonly given: ReadonlyMap<string, unknown>;
  /** Checkpoints that wait for a decision, by key. */
  readonly open: Map<string, Step>;
  /** Made when a budget is reached. */
  purses: Purses | undefined;
  /** The steps that keep an artifact, by its name; made when the first is kept. */
  kept: Map<string, string> | undefined;
  /** Tells the places of secrets from anything a value can hold. */
  readonly mark: string;
  /** When the run has to have ended, in Unix ms. */
  readonly deadline: number | undefined;
  /** The scores whose runs this one is part of, the outermost first. */
  readonly above: readonly string[];
  /** The failure that its `onError` was begun for, and its scope. */
  handling:
    | { readonly scope: Scope; readonly failure: { readonly step: string; readonly error: StepError } }
    | undefined;
  /** Steps that failed and were left out. */
  gaps: string[] | undefined;
  /** The latest time that it was told of, in Unix ms. */
  now: number;
  /** Branches and switches wait to be let go on, as steps do. */
  isStepped: boolean;
  inFlight: number;
  /** Some of `delayed` may belong to items that were given up. */
  hasDeadDelayed: boolean;
  failure: { readonly step: string; readonly error: StepError } | undefined;
}

/** What a run begins or goes on with. */
export interface Beginning {
  readonly id: string;
  readonly input: unknown;
  readonly past?: ReadonlyMap<string, readonly PastAttempt[]>;
  readonly redo?: ReadonlySet<string> | undefined;
  readonly given?: ReadonlyMap<string, unknown> | undefined;
  /** The time, in Unix ms. */
  readonly now?: number;
  /** Unguessable; needed where there are secrets. */
  readonly mark?: string;
  readonly deadline?: number | undefined;
  readonly above?: readonly string[] | undefined;
  readonly isStepped?: boolean | undefined;
}

// Shared: most runs begin with neither.
const NO_PAST: ReadonlyMap<string, readonly PastAttempt[]> = new Map();
const NO_REDO: ReadonlySet<string> = new Set();
const NOT_GIVEN: ReadonlyMap<string, unknown> = new Map();

/** The state before anything was reached. */
export function newState(plan: Plan, graph: Graph, beginning: Beginning): RunState {
  const state: Omit<RunState, "root"> & { root: Scope | undefined } = {
    plan,
    id: beginning.id,
    input: beginning.input,
    root: undefined,
    past: beginning.past ?? NO_PAST,
    redo: beginning.redo ?? NO_REDO,
    steps: new Map(),
    ready: new Queue(),
    computes: new Queue(),
    notes: new Queue(),
    delayed: [],
    settled: new Queue(),
    filling: new Filling(),
    refilling: new Queue(),
    begun: undefined,
    asking: [],
    given: beginning.given ?? NOT_GIVEN,
    open: new Map(),
    purses: undefined,
    kept: undefined,
    mark: beginning.mark ?? "",
    deadline: beginning.deadline,
    above: beginning.above ?? [],
    handling: undefined,
    gaps: undefined,
    now: beginning.now ?? 0,
    isStepped: beginning.isStepped ?? false,
    inFlight: 0,
    hasDeadDelayed: false,
    failure: undefined,
  };
  state.root = new Scope(state as RunState, graph);
  return state as RunState;
}
