/**
 * Maestro inside a program: play scores without the command line.
 * @module maestro-ts/embed
 */
import { resolve } from "node:path";
import type { Score, ScoreRecord } from "./define/define-score.ts";
import { definitionKind } from "./define/definition.ts";
import { shown } from "./define/write/writing.ts";
import { MaestroError } from "./diagnostics/index.ts";
import {
  endedPlay,
  eventsOf,
  type Play,
  type Playable,
  playableIn,
  type RunEvent,
  RunFailed,
  type StepByStep,
} from "./engine/index.ts";
import { openHouse } from "./house.ts";
import { toEdits } from "./operations/apply-edits.ts";
import { audited, type DoneToRun } from "./operations/audited.ts";
import { cancelRun } from "./operations/cancel-run.ts";
import { checkedBudget } from "./operations/check-money.ts";
import { checkOptions } from "./operations/check-options.ts";
import { checkWho, saidBy } from "./operations/check-who.ts";
import { decideCheckpoint } from "./operations/decide-checkpoint.ts";
import { inTurn } from "./operations/in-turn.ts";
import { innerAgents } from "./operations/inner-agents.ts";
import type { MaestroOptions } from "./operations/maestro-options.ts";
import { checkMigration, migrateRun } from "./operations/migrate-run.ts";
import { type MigrationData, toMigrationData } from "./operations/migration-data.ts";
import { pauseRun } from "./operations/pause-run.ts";
import { playableOfScore } from "./operations/playable-of-score.ts";
import { rerunRun } from "./operations/rerun-run.ts";
import { type Answers, resumeRun } from "./operations/resume-run.ts";
import type { RerunOptions, RunOptions } from "./operations/run-options.ts";
import { startRun } from "./operations/start-run.ts";
import { toMcpServers, toMcpSources } from "./operations/to-mcp-sources.ts";
import { toModels } from "./operations/to-models.ts";
import { toPriority } from "./operations/to-priority.ts";
import { witnessOf } from "./services/telemetry/to-telemetry.ts";
import type { RunRow, Store } from "./store/store.ts";
import { type Duration, toMs } from "./support/duration.ts";
import { newId } from "./support/ids.ts";
import { type Checkpoint, toCheckpoint } from "./views/checkpoint.ts";
import { findRun } from "./views/find-run.ts";
import { heldBy } from "./views/held-by.ts";
import { allOpenCheckpoints, chooseCheckpoint } from "./views/open-checkpoints.ts";
import { outermostOf } from "./views/outermost-of.ts";

export { MaestroError } from "./diagnostics/index.ts";
export type { PendingStep, RunEvent, Said, StepByStep, Stepped } from "./engine/index.ts";
export { RunFailed } from "./engine/index.ts";
export type { MaestroOptions } from "./operations/maestro-options.ts";
export type { MigrationData } from "./operations/migration-data.ts";
export type { Answers } from "./operations/resume-run.ts";
export type { RerunOptions, RunOptions } from "./operations/run-options.ts";
export type { Priority } from "./operations/to-priority.ts";
export type { Checkpoint } from "./views/checkpoint.ts";

/** Plays scores in this process, durably. */
export interface Maestro {
  /**
   * Begins a run, or queues it where too many are under way. Resolves when it is durable: from then on it is not lost.
   * @throws MaestroError MR2002 when the input does not fit, MR2001 when the score was not given to `openMaestro`,
   * MR2035 for a priority that is none, MR2040 to MR2042 for an output in `have` that cannot be given, MR2098 for a flag that is not dark
   */
  run<I, O>(score: Score<I, O>, input: I, options?: RunOptions): Promise<Run<O>>;
  /**
   * Goes on with every run that has not ended and is not being played: those that had begun, then those in the queue, by
   * priority, then oldest first. A run keeps the code it started with: one whose score has changed since is left as it
   * is. So is one that somebody has paused.
   * @param answers by the run's id: what became of interrupted steps that must not happen twice
   * @throws MaestroError MR2013 or MR2014 for an answer that does not fit
   */
  resume(answers?: Readonly<Record<string, Answers>>): Promise<readonly Run<unknown>[]>;
  /**
   * Goes on with one run, also with one that was paused.
   * @throws MaestroError MR2003 when there is none, MR2008 when it has ended, MR2011 when it is being played, MR2007 when
   * its score has changed since
   */
  resumeRun(run: string, answers?: Answers): Promise<Run<unknown>>;
  /**
   * Begins a new run with what an earlier one did: what failed, what `from` names, who reads what `set` gives and all that
   * depends on those is played again, the rest is taken over.
   * @throws MaestroError MR2018 when it has not ended, MR2019 when there is nothing to play again, MR2020 when a step
   * that must not happen twice would be; MR2023, MR2014 and MR2002 for what `set` gives; MR2022 for what does not fit the
   * other version
   */
  rerun(run: string, options?: RerunOptions): Promise<Run<unknown>>;
  /** What going on with another version of its score would make of a run that has not ended. Changes nothing. */
  planMigration(run: string, to: Score<never, unknown>): Promise<MigrationData>;
  /**
   * Lets a run at rest, with those that its steps play, go on with another version of its score when it is resumed.
   * @throws MaestroError MR2008 when it has ended, MR2011 when it is being played, MR2024 with everything that stands
   * against it, MR2021 when `to` is not its score, MR2001 when `to` was not given to `openMaestro`
   */
  migrate(
    run: string,
    how: { readonly to: Score<never, unknown>; readonly by: string },
  ): Promise<MigrationData>;
  /**
   * Holds a run, until it is resumed by its id: no step of it begins any more. Those under way go on to their end.
   * Resolves when that is durable.
   * @throws MaestroError MR2003 when there is none, MR2008 when it has ended, MR2030 when another run plays it
   */
  pause(run: string, asked: Asked): Promise<Paused>;
  /**
   * Ends a run for good, and those that its steps play. What is under way is told to end by its signal; after `grace`
   * programs are killed and tasks are left behind. Resolves with the ids of the runs when their end is durable.
   * @throws MaestroError MR2003 when there is none, MR2008 when it has ended; `TypeError` when `grace` is no duration
   */
  cancel(run: string, asked: Asked & { readonly grace?: Duration }): Promise<readonly string[]>;
  /** What waits for a person's decision, over all runs, the first that was asked first. */
  checkpoints(): Promise<readonly Checkpoint[]>;
  /**
   * Answers a checkpoint, and goes on with its run, or with the one that it is part of. What somebody has paused stays
   * paused: its `result` rejects with `how: "paused"`.
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

/** What a person has said. */
export interface Decided {
  /** Checked against the checkpoint's schema. */
  readonly value: unknown;
  /** Who decided: a name, an address, in one line of 1 to 200 characters. */
  readonly by: string;
}

/** Who asks for something to be done to a run, and why. */
export interface Asked {
  /** A name, an address, in one line of 1 to 200 characters. */
  readonly by: string;
  readonly reason?: string;
}

/** What is held, and what still goes on. */
export interface Paused {
  readonly run: string;
  /** Keys of the steps under way. */
  readonly underWay: readonly string[];
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
  /** Of a run that is played step by step, once it has begun. */
  readonly stepping: StepByStep | undefined;
  /** @see Maestro.pause */
  pause(asked: Asked): Promise<Paused>;
  /** @see Maestro.cancel */
  cancel(asked: Asked & { readonly grace?: Duration }): Promise<readonly string[]>;
}

async function saveAll(store: Store, playables: readonly Playable[], createdAt: number): Promise<void> {
  for (const playable of playables) {
    const { hash, plan } = playable;
    const agents = innerAgents(playable);
    await store.saveDeployment({
      hash,
      score: plan.score,
      plan: JSON.stringify(plan),
      code: null,
      createdAt,
      agents,
    });
  }
}

/**
 * Opens the store and makes `scores` ready.
 * @throws MaestroError MR1001…MR1007 when the store cannot be opened or another process owns it; `TypeError` when a
 * score has errors that `maestro validate` would show, or an option is unknown or could never work
 */
export async function openMaestro(options: MaestroOptions): Promise<Maestro> {
  checkOptions(options);
  const playables = new Map<unknown, Playable>();
  for (const score of options.scores) playables.set(score, playableOfScore(score as unknown as ScoreRecord));
  const byHash = new Map([...playables.values()].map((playable) => [playable.hash, playable]));
  const file = resolve(options.store);
  const root = resolve(options.root ?? ".");
  const secret = options.secret ?? (() => undefined);
  /** The score that a run plays, in the code it began with, and the whole it is part of. */
  const playableFor = (row: Pick<RunRow, "id" | "score" | "deployment">) => {
    const root = byHash.get(row.deployment);
    // A deployment as a whole is asked for by no score.
    const playable = root && (row.score === "" ? root : playableIn(root, row.score));
    if (!playable) throw new MaestroError("MR2007", { run: row.id, deployment: row.deployment });
    return { root, playable };
  };
  const { store, engine, clock, close } = await openHouse({
    file,
    reach: {
      playableOf: async (row) => playableFor(row).playable,
      isHost: true,
      onProblem: ({ message, code }) => process.emitWarning(message, { code }),
    },
    durability: options.durability ?? "power",
    outside: {
      secret,
      allowHosts: options.http?.allowHosts ?? [],
      allowPrivate: options.http?.allowPrivate ?? false,
      root,
      models: toModels(options, { variable: secret, root }),
      mcp: toMcpSources({ servers: toMcpServers(options.mcp ?? {}), variable: secret, root }),
      budget: checkedBudget(options.budget),
      limits: { resources: options.resources ?? {}, tags: options.limits?.tags ?? {} },
      ...witnessOf(options, secret),
    },
  });
  await saveAll(store, [...byHash.values()], clock.now()).catch(async (error: unknown) => {
    await close().catch(() => undefined);
    throw error;
  });

  let isClosing = false;
  const assertOpen = (what: string) => {
    if (isClosing) throw new MaestroError("MR2012", { what });
  };
  const rowOf = async (run: string) => {
    if (typeof run !== "string")
      throw new TypeError(`a run is named by its id, as run.id has it, and not by ${shown(run)}`);
    assertOpen(`What is asked of run ${run}`);
    return findRun(store, run);
  };

  const tools = { engine, store, now: clock.now };
  const note = <T>({ id }: RunRow, done: Omit<DoneToRun, "run">, act: () => Promise<T>) => {
    checkWho(done.who);
    return audited(tools, { ...done, run: id, origin: "program" }, act());
  };
  const control: Control = {
    async pause(run, asked) {
      const { by, reason } = saidBy(asked, 'maestro.pause(run, { by: "ada" })');
      const row = await rowOf(run);
      const pausing = () => pauseRun(tools, { row, by, reason });
      return { run: row.id, underWay: await note(row, { who: by, action: "pause", asked: reason }, pausing) };
    },
    async cancel(run, asked) {
      const { by, reason, grace } = saidBy(asked, 'maestro.cancel(run, { by: "ada" })');
      const graceMs = grace === undefined ? undefined : toMs(grace);
      if (grace !== undefined && graceMs === undefined)
        throw new TypeError(`grace "${grace}" is no duration such as "10s"`);
      const row = await rowOf(run);
      const cancelling = () => cancelRun(tools, { row, by, reason, graceMs });
      return note(row, { who: by, action: "cancel", asked: reason }, cancelling);
    },
  };

  const given = (score: { readonly id?: string }) => {
    const playable = playables.get(score);
    if (playable) return playable;
    if (definitionKind(score) !== "score")
      throw new TypeError(
        `${shown(score)} is no score: it has to be given as defineScore gave it, not by its name`,
      );
    const known = [...byHash.values()].map(({ plan }) => plan.score);
    throw new MaestroError("MR2001", { score: String(score.id), known, guess: undefined });
  };
  const versionFor = (row: RunRow, to: { readonly id?: string }) => {
    const playable = playableIn(given(to), row.score);
    if (playable) return playable;
    throw new MaestroError("MR2021", { revision: String(to.id), score: row.score, matches: [] });
  };

  return {
    ...control,
    async run<I, O>(
      score: Score<I, O>,
      input: I,
      { priority = 0, cache = true, have, step, by: who, flags }: RunOptions = {},
    ): Promise<Run<O>> {
      checkWho(who);
      assertOpen("A run");
      const by = who === undefined ? undefined : { who, origin: "program" };
      const how = { priority: toPriority(priority), isFresh: !cache, have, isStepped: step, by, flags };
      return toRun<O>(await startRun(engine, given(score), input, how), control);
    },
    async resume(answers = {}) {
      assertOpen("Resuming");
      const runs: Run<unknown>[] = [];
      for (const { id } of inTurn(await store.unfinishedRuns())) {
        // Somebody may have paused or cancelled it while those before it were begun.
        const row = (await store.run(id))!;
        const playable = byHash.get(row.deployment);
        if (!playable || row.parent !== null || engine.isKnown(id)) continue;
        if (heldBy(row) || row.endedAt !== null) continue;
        const given = { row, playable, answers: answers[row.id] ?? {} };
        runs.push(toRun(await resumeRun(tools, given), control));
      }
      return runs;
    },
    async resumeRun(run, answers = {}) {
      const row = await rowOf(run);
      return toRun(await resumeRun(tools, { row, playable: playableFor(row).playable, answers }), control);
    },
    async rerun(run, { from, set = {}, by, fork, score, step } = {}) {
      const row = await rowOf(run);
      const playable = score ? versionFor(row, score) : playableFor(row).playable;
      const id = newId("run");
      const rerunning = { id, row, playable, from, set: toEdits(set), by, isFork: fork, isStepped: step };
      const done = { who: by, action: "rerun", asked: { from, set }, begins: id, isFollowed: true } as const;
      return toRun(await note(row, done, () => rerunRun(tools, rerunning)), control);
    },
    async planMigration(run, to) {
      const row = await rowOf(run);
      return toMigrationData(await checkMigration(tools, { row, playable: versionFor(row, to) }));
    },
    async migrate(run, how) {
      const { to, by } = saidBy(how, 'maestro.migrate(run, { to: report, by: "ada" })');
      const row = await rowOf(run);
      const migrating = { row, playable: versionFor(row, to), by };
      const done = { who: by, action: "migrate", asked: migrating.playable.hash } as const;
      return toMigrationData(await note(row, done, () => migrateRun(tools, migrating)));
    },
    async checkpoints() {
      assertOpen("Listing checkpoints");
      return (await allOpenCheckpoints(store)).map(toCheckpoint);
    },
    async decide(asked, decision) {
      const { value, by } = saidBy(decision, 'maestro.decide({ run, step }, { value, by: "ada" })');
      const { run, step } = Object(asked) as typeof asked;
      const row = await rowOf(run);
      const checkpoint = await chooseCheckpoint(store, row, step);
      const { root, playable } = playableFor(row);
      const deciding = { row, playable, step: checkpoint.step, value, by };
      const done = { who: by, action: "decide", asked: { step: checkpoint.key, value } } as const;
      await note(row, done, () => decideCheckpoint(tools, deciding));
      const whole = await outermostOf(row, store);
      await engine.followAgain(row.id);
      const play = engine.playOf(whole.id);
      const held = play ? undefined : heldBy(whole);
      if (held) return toRun(endedPlay(whole.id, { is: "paused", ...held }), control);
      return toRun(play ?? (await resumeRun(tools, { row: whole, playable: root })), control);
    },
    close() {
      isClosing = true;
      return close();
    },
  };
}

type Control = Pick<Maestro, "pause" | "cancel">;

type Shown = Pick<Play, "id" | "ending" | "subscribe" | "stop" | "stepping">;

function toRun<O>(play: Shown, { pause, cancel }: Control): Run<O> {
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
    get stepping() {
      return play.stepping;
    },
    stop: () => play.stop(new Error("stopped by the program")),
    pause: async (asked) => pause(play.id, saidBy(asked, 'run.pause({ by: "ada" })')),
    cancel: async (asked) => cancel(play.id, saidBy(asked, 'run.cancel({ by: "ada" })')),
  };
}
