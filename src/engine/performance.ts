import type { Code, Plan, Route } from "../plan/index.ts";
import type { ToolResult, ToolUse } from "../players/models/memory.ts";
import type { JsonText } from "../store/store.ts";
import type { Clock } from "../support/clock.ts";
import { writeJson } from "../support/write-json.ts";
import type { Paying } from "./budget/paying.ts";
import type { Treasury } from "./budget/treasury.ts";
import { AttemptCall, type Hearer } from "./call.ts";
import type { Admission, Ticket } from "./core/admission.ts";
import type { Graph } from "./core/graph.ts";
import type { RunState, Step } from "./core/state.ts";
import type { Elsewhere } from "./elsewhere.ts";
import type { Halt } from "./halt.ts";
import type { Journal } from "./journal.ts";
import { Learner } from "./learner.ts";
import type { Beside } from "./models/beside.ts";
import type { ModelRegister } from "./models/model-register.ts";
import type { Outside } from "./outside.ts";
import type { Flights } from "./play-cached.ts";
import type { Children } from "./play-score.ts";
import { Roster } from "./roster.ts";
import type { Answer } from "./routing-of.ts";
import type { RunEvent, Told } from "./run-event.ts";
import type { Source } from "./source.ts";
import type { Stepping } from "./stepping.ts";
import type { Ending } from "./take-moves.ts";

/** A plan made ready, with its code: what every run of a deployment shares. */
export interface Playable {
  readonly hash: string;
  readonly plan: Plan;
  readonly graph: Graph;
  readonly code: Code;
  /** The scores that its nodes play, by id. */
  readonly scores: ReadonlyMap<string, Playable>;
  /** Where the code is; absent when it is in this process. */
  readonly elsewhere?: Elsewhere | undefined;
}

export const NOTED_AFTER_MS = 100;
/** What the runs of one engine share, or what a step lends to the run that it plays. */
export interface Shared {
  readonly steps: Admission<number>;
  readonly flights: Flights;
  /** What models cost, and what may be spent. */
  readonly treasury: () => Promise<Treasury>;
  /** What is said of models beside the configuration. */
  readonly register: () => Promise<ModelRegister>;
  /** Makes a deployment ready that another one may need: absent where none is kept with its code. */
  readonly load?: ((deployment: string) => Promise<Playable>) | undefined;
  /** What is played beside runs, and must not reach them. */
  readonly beside: Beside;
}

const NOBODY: readonly never[] = [];
const NO_NAMES: ReadonlySet<string> = new Set();

/** One run being played: its state, and everything that is under way for it. */
export class Performance implements Hearer {
  readonly state: RunState;
  readonly playable: Playable;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly outside: Outside;
  readonly children: Children;
  readonly shared: Shared;
  readonly paying: Paying;
  /** From −100 to 100. */
  readonly priority: number;
  /** Of a run in which something has failed. */
  learner: Learner | undefined;
  /** No result of another run is taken. */
  readonly isFresh: boolean;
  /** Nodes that it was made to play anew, by name. */
  anew: ReadonlySet<string> = NO_NAMES;
  /** What answers in place of those outside; absent: they are asked. */
  readonly source: Source | undefined;
  /** Models and revisions of agents that are dark for other runs. */
  readonly flags: readonly string[];
  readonly startedAt: number;
  /** What is to be played waits for somebody there. */
  stepping: Stepping | undefined = undefined;
  readonly calls = new Roster<AttemptCall>();
  /** Runs that its steps play at the moment. */
  readonly inner = new Set<Performance>();
  /** How models were put in order for the last attempt of a step, and who gave its value; by its key. */
  #routes: Map<string, Route> | undefined;
  #answers: Map<string, Answer> | undefined;
  #waiting: Set<() => void> | undefined;
  /** Set when the run is to take no further step. */
  isStopping = false;
  /** Set when steps under way were told to end with it. */
  isAborting = false;
  /** Why it takes no further step, when somebody said so. */
  halt: Halt | undefined;
  /** Set when the store has failed: nothing can be recorded any more. */
  crash: { readonly error: unknown } | undefined;
  /** Resolves when the last result that was applied is durable; `undefined` when every one is. */
  unwritten: Promise<void> | undefined;
  /** Set when the run's end is being written: nothing follows. */
  ending: Promise<Ending> | undefined;
  #listeners: readonly ((event: RunEvent) => void)[] = NOBODY;
  #collected: Told[] | undefined;
  #wake: (() => void) | undefined;
  #isAwake = false;
  #cancelTimer: (() => void) | undefined;
  #cancelSweep: (() => void) | undefined;

  constructor(of: {
    readonly state: RunState;
    readonly playable: Playable;
    readonly journal: Journal;
    readonly clock: Clock;
    readonly outside: Outside;
    readonly children: Children;
    readonly shared: Shared;
    readonly paying: Paying;
    readonly priority: number;
    readonly isFresh: boolean;
    readonly source: Source | undefined;
    readonly flags: readonly string[];
  }) {
    this.state = of.state;
    this.playable = of.playable;
    this.journal = of.journal;
    this.clock = of.clock;
    this.outside = of.outside;
    this.children = of.children;
    this.shared = of.shared;
    this.paying = of.paying;
    this.priority = of.priority;
    this.isFresh = of.isFresh;
    this.source = of.source;
    this.flags = of.flags;
    this.startedAt = of.clock.now();
    const { witness } = of.outside;
    if (witness) this.subscribe((event) => witness.hear(event));
  }

  subscribe(listener: (event: RunEvent) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Is a step played, whatever is kept of it? */
  isPlayedAnew(key: string): boolean {
    return this.isFresh || this.anew.has(key.split("/", 1)[0]!);
  }

  /** For a run in which something fails. */
  get learns(): Learner {
    this.learner ??= new Learner(this);
    return this.learner;
  }

  get isEnding(): boolean {
    return this.ending !== undefined || this.crash !== undefined || this.halt?.is === "stop";
  }

  /** Is anybody listening? Otherwise there is no need to put an event together. */
  get isHeard(): boolean {
    return this.#listeners.length > 0;
  }

  /** What `act` tells is put into `later` instead. */
  collectTold<T>(later: Told[], act: () => T): T {
    this.#collected = later;
    try {
      return act();
    } finally {
      this.#collected = undefined;
    }
  }

  tellAll(whats: readonly Told[]): void {
    for (const what of whats) this.tell(what);
  }

  tell(what: Told): void {
    if (!this.isHeard) return;
    if (this.#collected) {
      this.#collected.push(what);
      return;
    }
    const event: RunEvent = { ...what, run: this.state.id, at: this.clock.now() };
    for (const listener of this.#listeners) listener(event);
  }

  log(step: string, message: string, data: unknown): void {
    const text = JSON.parse(toJsonText(message)) as string;
    const kept = data === undefined ? undefined : JSON.parse(toJsonText(data));
    const event = {
      runId: this.state.id,
      at: this.clock.now(),
      type: "log",
      step,
      data: JSON.stringify({ message: text, data: kept }),
    };
    this.journal.appendEvent(event);
    this.tell({ type: "log", step, message: text, ...(kept === undefined ? {} : { data: kept }) });
  }

  progress(step: string, done: number, total: number): void {
    this.tell({ type: "progress", step, done, total });
  }

  say(step: string, text: string): void {
    this.tell({ type: "text", step, text });
  }

  /** It has been written down with the conversation. */
  tellTool(step: string, { tool, input }: ToolUse, result: ToolResult): void {
    this.tell({ type: "tool.called", step, tool, input, ...result });
  }

  /** Resolves at the next `wake`, or at once when there was one since the last call. */
  sleep(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isAwake) resolve();
      else this.#wake = resolve;
      this.#isAwake = false;
    });
  }

  wake(): void {
    const resolve = this.#wake;
    if (resolve) {
      this.#wake = undefined;
      resolve();
    } else this.#isAwake = true;
  }

  wakeIn(delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.clock.after(delayMs, () => this.wake());
  }

  /** Nothing more is to come: no timer is left behind. */
  rest(): void {
    this.#cancelTimer?.();
    this.#cancelSweep?.();
  }

  get routes(): Map<string, Route> {
    this.#routes ??= new Map();
    return this.#routes;
  }

  get answers(): Map<string, Answer> {
    this.#answers ??= new Map();
    return this.#answers;
  }

  /** What ends the waiting of steps that wait for others. Made on demand: most runs have none. */
  get waiting(): Set<() => void> {
    this.#waiting ??= new Set();
    return this.#waiting;
  }

  /** @param holds what the attempt holds until it is over */
  begin(step: Step, holds?: Ticket<number>): AttemptCall {
    const call = new AttemptCall(step, this);
    call.holds = holds;
    this.calls.add(call);
    if (!this.#cancelSweep) this.#sweepIn(NOTED_AFTER_MS);
    return call;
  }

  /** The attempt is over, however it ended. */
  finish(call: AttemptCall): void {
    call.isOver = true;
    this.calls.delete(call);
    if (call.holds) this.shared.steps.giveBack(call.holds);
  }

  /** No further step; those under way are told to end. */
  stop(reason: Error): void {
    this.halt ??= { is: "stop" };
    this.isStopping = true;
    this.isAborting = true;
    this.abortCalls(reason);
    this.wake();
  }

  /** No further step; those under way go on to their end. */
  drain(): void {
    this.halt ??= { is: "stop" };
    this.isStopping = true;
    this.leaveQueues();
    this.wake();
  }

  abortCalls(reason: Error): void {
    for (const call of this.calls) call.abort(reason);
    this.leaveQueues();
  }

  /** No step waits any more for what it shares with others; they are held back. */
  leaveQueues(): void {
    if (this.#waiting) for (const leave of this.#waiting) leave();
  }

  end(ending: Promise<Ending>): void {
    if (this.ending) return;
    this.ending = ending;
    // Whoever plays the run awaits it; until then a failing store must not count as unhandled.
    ending.catch(() => {});
  }

  /** Writes down that an attempt has begun, for screens and for recovery; most steps are over before that is worth it. */
  noteBeginning(call: AttemptCall): void {
    call.isNoted = true;
    // A store that fails is met by the attempt's own result, too.
    this.journal.recordStep(runningRow(this.state.id, call)).catch(() => {});
  }

  #sweepIn(delayMs: number): void {
    this.#cancelSweep = this.clock.after(delayMs, () => {
      this.#cancelSweep = undefined;
      const now = this.clock.now();
      for (const call of this.calls) {
        if (call.isNoted) continue;
        const waitMs = call.startedAt + NOTED_AFTER_MS - now;
        if (waitMs > 0) return this.#sweepIn(waitMs);
        this.noteBeginning(call);
      }
    });
  }
}

export function runningRow(runId: string, { step, attempt, startedAt, info }: AttemptCall) {
  const status = "running" as const;
  return {
    runId,
    key: step.key,
    attempt,
    kind: step.node.plan.kind,
    status,
    output: null,
    error: null,
    info: info === undefined ? null : toJsonText(info),
    startedAt,
    endedAt: null,
  };
}

/** `value` as JSON text, or a JSON string that says why it could not be. */
export function toJsonText(value: unknown): JsonText {
  const written = writeJson(value);
  return "json" in written ? written.json : JSON.stringify(`(not JSON: ${written.found})`);
}
