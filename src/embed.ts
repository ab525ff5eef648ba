/**
 * Maestro inside a program: play scores without the command line.
 * @module maestro-ts/embed
 */
import { resolve } from "node:path";
import type { Score, ScoreRecord } from "./define/define-score.ts";
import { toPlan } from "./define/to-plan.ts";
import { diagnose, MaestroError } from "./diagnostics/index.ts";
import type { Ending, Play, Playable, RunEvent } from "./engine/index.ts";
import { openHouse } from "./house.ts";
import { decideCheckpoint } from "./operations/decide-checkpoint.ts";
import { makePlayable, playableIn } from "./operations/make-playable.ts";
import { type Answers, resumeRun } from "./operations/resume-run.ts";
import { startRun } from "./operations/start-run.ts";
import { type Code, toDeploymentHash } from "./plan/index.ts";
import { findRun } from "./views/find-run.ts";
import { chooseCheckpoint, openCheckpointsOf } from "./views/open-checkpoints.ts";
import { outermostOf } from "./views/outermost-of.ts";

export { MaestroError } from "./diagnostics/index.ts";
export type { RunEvent } from "./engine/index.ts";
export type { Answers } from "./operations/resume-run.ts";

/** How to open Maestro. */
export interface MaestroOptions {
  /** The scores that can be played and resumed. */
  readonly scores: readonly Score<never, unknown>[];
  /** Path of the libSQL file that keeps the runs; made when missing. One process owns it at a time. */
  readonly store: string;
  /** What an acknowledged step survives: `"power"` (default) also a power cut, `"process"` the end of the process. */
  readonly durability?: "power" | "process";
  /** Gives the secrets that steps name; by default none has a value. */
  readonly secret?: (name: string) => string | undefined;
  /** Hosts that `http` nodes may ask, as in `maestro.config.ts`; by default none. */
  readonly http?: { readonly allowHosts?: readonly string[]; readonly allowPrivate?: boolean };
  /** Where programs run that say no folder. Default: the current folder. */
  readonly root?: string;
}

/** Plays scores in this process, durably. */
export interface Maestro {
  /**
   * Begins a run. Resolves when it is durable: from then on it is not lost.
   * @throws MaestroError MR2002 when the input does not fit, MR2001 when the score was not given to `openMaestro`
   */
  run<I, O>(score: Score<I, O>, input: I): Promise<Run<O>>;
  /**
   * Goes on with every run that has not ended and is not being played, oldest first. A run keeps the code it started
   * with: one whose score has changed since is left as it is.
   * @param answers by the run's id: what became of interrupted steps that must not happen twice
   * @throws MaestroError MR2013 or MR2014 for an answer that does not fit
   */
  resume(answers?: Readonly<Record<string, Answers>>): Promise<readonly Run<unknown>[]>;
  /** What waits for a person's decision, over all runs, the first that was asked first. */
  checkpoints(): Promise<readonly Checkpoint[]>;
  /**
   * Answers a checkpoint, and goes on with its run, or with the one that it is part of.
   * @throws MaestroError MR2017 when it is not open, MR2014 when the decision does not fit, MR2007 when its score has
   * changed since
   */
  decide(checkpoint: Pick<Checkpoint, "run" | "step">, decision: Decided): Promise<Run<unknown>>;
  /**
   * Stops what is being played (it can be resumed), waits up to 5 s for tasks that do not end when their signal says so,
   * and closes the store.
   */
  close(): Promise<void>;
}

/** A question to a person. */
export interface Checkpoint {
  readonly run: string;
  readonly step: string;
  readonly title: string;
  /** What the person has to see to decide. */
  readonly show: unknown;
  readonly assignee: string | undefined;
  /** When it is over by itself, Unix ms. */
  readonly until: number | undefined;
}

/** What a person has said. */
export interface Decided {
  /** Checked against the checkpoint's schema. */
  readonly value: unknown;
  /** Who decided: a name, an address. */
  readonly by: string;
}

/** A run under way. */
export interface Run<O> {
  readonly id: string;
  /** The score's output. Rejects with a {@link RunFailed} when the run fails or is stopped. */
  readonly result: Promise<O>;
  /** What happens, from the moment this is read; ends with the run. */
  readonly events: AsyncIterable<RunEvent>;
  /** Takes no further step and leaves the run to be resumed. */
  stop(): void;
}

/** The run has failed, or stopped before its end. */
export class RunFailed extends Error {
  override readonly name = "RunFailed";
  readonly run: string;
  /** Key of the step that failed it. */
  readonly step: string | undefined;
  /** `failed`; or, when it can be resumed: `stopped`, `asking`, and `waiting` for a decision. */
  readonly how: "failed" | "stopped" | "asking" | "waiting";

  constructor(run: string, ending: Exclude<Ending, { is: "completed" }>) {
    super(messageOf(ending));
    this.run = run;
    this.how = ending.is;
    this.step = ending.is === "failed" ? ending.step : "steps" in ending ? ending.steps[0] : undefined;
  }
}

function messageOf(ending: Exclude<Ending, { is: "completed" }>): string {
  switch (ending.is) {
    case "failed":
      return ending.step ? `step "${ending.step}": ${ending.error.message}` : ending.error.message;
    case "stopped":
      return "stopped before its end; it can be resumed";
    case "waiting":
      return `waiting for a decision at ${ending.steps.map((step) => `"${step}"`).join(", ")}`;
    case "asking":
      return `interrupted in ${ending.steps.map((step) => `"${step}"`).join(", ")}, which must not be repeated unasked`;
    default:
      return ending satisfies never;
  }
}

/**
 * Opens the store and makes `scores` ready.
 * @throws MaestroError MR1001…MR1007 when the store cannot be opened or another process owns it; `TypeError` when a
 * score has errors that `maestro validate` would show
 */
export async function openMaestro(options: MaestroOptions): Promise<Maestro> {
  const playables = new Map<unknown, Playable>();
  for (const score of options.scores) playables.set(score, playableOf(score as unknown as ScoreRecord));
  const byHash = new Map([...playables.values()].map((playable) => [playable.hash, playable]));
  const file = resolve(options.store);
  const { store, engine, clock, close } = await openHouse({
    file,
    durability: options.durability ?? "power",
    outside: {
      secret: options.secret ?? (() => undefined),
      allowHosts: options.http?.allowHosts ?? [],
      allowPrivate: options.http?.allowPrivate ?? false,
      root: resolve(options.root ?? "."),
    },
  });
  const now = clock.now();
  for (const { hash, plan } of byHash.values()) {
    await store.saveDeployment({
      hash,
      score: plan.score,
      plan: JSON.stringify(plan),
      code: null,
      createdAt: now,
    });
  }

  return {
    async run<I, O>(score: Score<I, O>, input: I): Promise<Run<O>> {
      const playable = playables.get(score);
      if (!playable) {
        const known = [...byHash.values()].map(({ plan }) => plan.score);
        throw new MaestroError("MR2001", { score: String(score?.id), known, guess: undefined });
      }
      return toRun<O>(await startRun(engine, playable, input));
    },
    async resume(answers = {}) {
      const runs: Run<unknown>[] = [];
      for (const row of await store.unfinishedRuns()) {
        const playable = byHash.get(row.deployment);
        if (!playable || row.parent !== null || engine.isPlaying(row.id)) continue;
        const given = { row, playable, answers: answers[row.id] ?? {} };
        runs.push(toRun(await resumeRun({ engine, store, now: clock.now }, given)));
      }
      return runs;
    },
    async checkpoints() {
      const rows = await store.listRuns({ limit: MOST_WAITING, score: undefined, status: "waiting" });
      const open = await Promise.all(rows.map(({ id }) => openCheckpointsOf(store, id)));
      return open
        .flat()
        .sort((a, b) => a.askedAt - b.askedAt)
        .map(({ run, key: step, title, show, assignee, until }) => ({
          run,
          step,
          title,
          show,
          assignee,
          until,
        }));
    },
    async decide({ run, step }, { value, by }) {
      const row = await findRun(store, run);
      const checkpoint = chooseCheckpoint(row, await openCheckpointsOf(store, row.id), step);
      const root = byHash.get(row.deployment);
      const playable = root && playableIn(root, row.score);
      if (!playable) throw new MaestroError("MR2007", { run: row.id, deployment: row.deployment });
      const tools = { engine, store, now: clock.now };
      await decideCheckpoint(tools, { row, playable, step: checkpoint.step, value, by });
      const whole = await outermostOf(row, store);
      return toRun(engine.playOf(whole.id) ?? (await resumeRun(tools, { row: whole, playable: root })));
    },
    close,
  };
}

const MOST_WAITING = 10_000;

function playableOf(score: ScoreRecord): Playable {
  const compiled = toPlan(score);
  const { plan, findings } = compiled;
  const wrong = findings
    .map(({ code: is, facts }) => diagnose(is, facts as never, {}))
    .find(({ severity }) => severity === "error");
  if (wrong) throw new TypeError(`score "${plan.score}": ${wrong.message} (${wrong.code})`);
  return makePlayable(compiled, (codes) => toDeploymentHash(plan, codes.map(sourceOf).join("\n")));
}

/** The functions' text: a run is resumed by the code it started with, or not at all. */
function sourceOf({ tasks, derives, agents }: Code): string {
  const instructions = agents.map((agent) => agent.instructions);
  return [...tasks.map(({ run }) => run), ...derives, ...instructions].map(String).join("\n");
}

function toRun<O>(play: Play): Run<O> {
  const result = play.ending.then((ending) => {
    if (ending.is === "completed") return ending.output as O;
    throw new RunFailed(play.id, ending);
  });
  // Whoever only reads events has not forgotten an error.
  result.catch(() => {});
  return {
    id: play.id,
    result,
    get events() {
      return eventsOf(play);
    },
    stop: () => play.stop(new Error("stopped by the program")),
  };
}

/** What happens, as an iterable that ends with the run. Events that are not read yet are kept, until it is broken off. */
function eventsOf(play: Play): AsyncIterable<RunEvent> {
  const waiting: RunEvent[] = [];
  let wakers: (() => void)[] = [];
  let isOver = false;
  const ring = () => {
    const woken = wakers;
    wakers = [];
    for (const wake of woken) wake();
  };
  const unsubscribe = play.subscribe((event) => {
    waiting.push(event);
    ring();
  });
  const end = () => {
    isOver = true;
    unsubscribe();
    ring();
  };
  play.ending.then(end, end);
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const event = waiting.shift();
          if (event) yield event;
          else if (isOver) return;
          else await new Promise<void>((resolve) => wakers.push(resolve));
        }
      } finally {
        unsubscribe();
        waiting.length = 0;
      }
    },
  };
}
