/**
 * Scores in tests: models say what a script says, nobody outside is asked, and waits are over at once.
 * @module maestro-ts/testing
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Score, ScoreRecord } from "./define/define-score.ts";
import type { TaskCall } from "./define/node.ts";
import { type Ending, Engine, type Playable, playableIn, type RunEvent, RunFailed } from "./engine/index.ts";
import { skipWhenIdle } from "./engine/skip-when-idle.ts";
import { decideCheckpoint } from "./operations/decide-checkpoint.ts";
import { playableOfScore } from "./operations/playable-of-score.ts";
import { resumeRun } from "./operations/resume-run.ts";
import { startRun } from "./operations/start-run.ts";
import { playablesIn, withTasks } from "./operations/with-tasks.ts";
import { MIGRATIONS } from "./paths.ts";
import { NO_MODELS } from "./players/models/model-settings.ts";
import { type Asked, NoAnswer, nameIn, Script, Scripted, ToolCalls } from "./players/understudies/script.ts";
import { openStore } from "./store/open-store.ts";
import type { StepRow, Store } from "./store/store.ts";
import { nearest } from "./support/nearest.ts";
import { SkippingClock } from "./support/skipping-clock.ts";
import { allOpenCheckpoints } from "./views/open-checkpoints.ts";

export { MaestroError } from "./diagnostics/index.ts";
export { type RunEvent, RunFailed } from "./engine/index.ts";
export type { Asked, Reply, Said, Scripted } from "./players/understudies/script.ts";

/** A value of JSON. */
type Given = string | number | boolean | null | object;

/** A checkpoint, as the person who decides it sees it. */
export interface Shown {
  /** Its step's key: `review`, inside a map `drafts/3/review`. */
  readonly step: string;
  readonly title: string;
  readonly show: unknown;
}

/** What a score is played with. */
export interface PlayOptions {
  /** What models say: {@link scripted}, for every agent, or by agents' ids or models' names (`"openai/gpt-5"`). */
  readonly models?: Scripted | Readonly<Record<string, Scripted>>;
  /**
   * What tasks do instead, by the task's id or the node's path (`drafts/letter` inside of a map), also in scores that this
   * one plays: a function of the call, or what it gives. The outputs are checked as always.
   */
  // biome-ignore lint/suspicious/noExplicitAny: which task it stands for is said by a name
  readonly tasks?: Readonly<Record<string, ((call: TaskCall<any>) => unknown) | Given>>;
  /** What tools do, by their names. Without one a call of it fails its step (MR3069). */
  // biome-ignore lint/suspicious/noExplicitAny: which tool it stands for is said by a name
  readonly tools?: Readonly<Record<string, (input: any) => unknown>>;
  /**
   * What `http` and `shell` nodes bring, by step, or by path without the numbers of items: a function of what they are
   * given, or a value. Nothing is sent or started. Without one the step fails (MR3069).
   */
  // biome-ignore lint/suspicious/noExplicitAny: which node it stands for is said by a name
  readonly services?: Readonly<Record<string, ((asked: any) => unknown) | Given>>;
  /**
   * What people decide, by step, or by path without the numbers of items: a value, or a function of what is shown. One that
   * gives `undefined` does not decide. A checkpoint that nobody decides runs out of time, or lets the run wait.
   */
  readonly decisions?: Readonly<Record<string, ((shown: Shown) => unknown) | Given>>;
  /** Values of secrets that tasks use. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** How much there is of what steps share: `{ gpu: 1 }`. */
  readonly resources?: Readonly<Record<string, number>>;
  /** When the run begins. From there the clock goes on as time does, and over waits it jumps. Default: 2026-01-01T00:00:00Z. */
  readonly clock?: Date | string | number;
}

/** The input may be left out where all of it may. */
export type PlayArguments<I> =
  Record<never, never> extends I
    ? [options?: PlayOptions & { readonly input?: I }]
    : [options: PlayOptions & { readonly input: I }];

/** One attempt of a step. */
export interface PlayedStep {
  /** The score whose step it is. */
  readonly score: string;
  /** Its key: `found`, inside a map `drafts/3`. */
  readonly step: string;
  readonly kind: string;
  /** From 1. */
  readonly attempt: number;
  readonly status: StepRow["status"];
  /** Of one that has completed. */
  readonly output: unknown;
  /** Of one that has failed. */
  readonly error: { readonly message: string; readonly code?: string } | undefined;
}

/** What came of it. */
export interface Played<O> {
  /** How it ended: `completed`, `failed`, or `waiting` for a decision that nobody makes. */
  readonly ending: Ending;
  /** @throws RunFailed when it did not complete */
  readonly output: O;
  /** Every attempt of every step, in the order of their ends, those of scores that it plays after its own. */
  readonly steps: readonly PlayedStep[];
  /** What happened, in its order, also in scores that it plays. */
  readonly events: readonly RunEvent[];
  /** Every question to a model, in its order. */
  readonly asked: readonly Asked[];
}

/**
 * What a model says, one after the other: a text; a value, which is said as JSON; {@link callsTools}; {@link cannotBeHad};
 * or a function of what is asked. A function alone says everything.
 * @example
 * models: { writer: scripted([{ letter: "Dear Ada" }, ({ model }) => ({ letter: model })]) }
 */
export function scripted(replies: Scripted["replies"]): Scripted {
  return new Scripted(replies);
}

/** A reply in which the model calls tools: `callsTools({ tool: "look_up", with: { name: "Ada" } })`. */
export function callsTools(
  ...calls: readonly { readonly tool: string; readonly with: unknown }[]
): ToolCalls {
  return new ToolCalls(calls);
}

/** A reply that is none: the model cannot be had for this reason, and the next of the agent's `fallback` is asked. */
export function cannotBeHad(detail: string, status?: number): NoAnswer {
  return new NoAnswer(detail, status);
}

/**
 * Plays a score to its end, in a store of its own that is gone afterwards. No provider, no key and no network is used: a
 * call that the options have no answer for fails its step (MR3069). Tasks that nothing is said of are performed.
 * @throws MaestroError MR2002 when the input does not fit, MR2014 when a decision does not; `TypeError` for a task or an
 * agent that the score does not have, and for a score with errors that `maestro validate` would show
 */
export async function play<I, O>(
  score: Score<I, O>,
  ...[options = {}]: PlayArguments<I>
): Promise<Played<O>> {
  const { input, models = {}, tools = {}, services = {} } = options as PlayOptions & { readonly input?: I };
  const playable = withTasks(playableOfScore(score as unknown as ScoreRecord), options.tasks ?? {});
  if (!(models instanceof Scripted)) assertAgents(Object.keys(models), playable);
  const clock = new SkippingClock(instantOf(options.clock ?? "2026-01-01T00:00:00Z"));
  const script = new Script({ models, tools, services });
  const folder = mkdtempSync(join(tmpdir(), "maestro-testing-"));
  const file = join(folder, "maestro.db");
  let store: Store | undefined;
  try {
    store = await openStore({ file, durability: "process", migrations: MIGRATIONS });
    const { ending, runs, events } = await playToEnd({
      playable,
      input,
      store,
      clock,
      script,
      options,
      folder,
    });
    const steps = await stepsOf(runs, events, store);
    const { asked } = script;
    return {
      ending,
      get output(): O {
        if (ending.is === "completed") return ending.output as O;
        throw new RunFailed(runs[0]!, ending);
      },
      steps,
      events,
      asked,
    };
  } finally {
    clock.stop();
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Staging {
  readonly playable: Playable;
  readonly input: unknown;
  readonly store: Store;
  readonly clock: SkippingClock;
  readonly script: Script;
  readonly options: PlayOptions;
  readonly folder: string;
}

/** `runs`: the ids of the run and of those that it plays, its own first. */
async function playToEnd(staging: Staging): Promise<{
  readonly ending: Ending;
  readonly runs: readonly string[];
  readonly events: readonly RunEvent[];
}> {
  const { playable, input, store, clock, script, options, folder } = staging;
  const { secrets = {}, resources = {}, decisions = {} } = options;
  const { hash, plan } = playable;
  const deployment = { hash, score: plan.score, plan: JSON.stringify(plan), code: null };
  await store.saveDeployment({ ...deployment, createdAt: clock.now() });
  const events: RunEvent[] = [];
  const engine = new Engine(store, clock, {
    secret: (name) => (Object.hasOwn(secrets, name) ? secrets[name] : undefined),
    allowHosts: [],
    allowPrivate: false,
    root: folder,
    // One object for each play: what is kept of models is kept by it.
    models: { ...NO_MODELS },
    limits: { resources },
    script,
    witness: { hear: (event) => events.push(event), hearCall() {}, async close() {} },
  });
  const person = new Person({ engine, store, now: clock.now }, playable, decisions);
  let play = await startRun(engine, playable, input, { source: { is: "script" } });
  const { id } = play;
  for (;;) {
    const before = person.decided;
    const watch = skipWhenIdle(engine, { run: id, store, clock, act: () => person.decide() });
    watch.over.catch((error: Error) => play.stop(error));
    const ending = await play.ending.finally(() => watch.end());
    await watch.over;
    // Decided while it came to rest, or now; or the first that has a time runs out of it.
    const goesOn =
      ending.is === "waiting" &&
      ((await person.decide()) || person.decided > before || (await skipToTimeout(store, clock)));
    if (!goesOn) return { ending, runs: [...new Set([id, ...events.map(({ run }) => run)])], events };
    const row = (await store.run(id))!;
    play = engine.playOf(id) ?? (await resumeRun({ engine, store, now: clock.now }, { row, playable }));
  }
}

/** A run that waits for people alone is at rest, and nothing wakes it in time. False when no checkpoint has a time. */
async function skipToTimeout(store: Store, clock: SkippingClock): Promise<boolean> {
  const times = (await allOpenCheckpoints(store)).flatMap(({ until = 0 }) =>
    until > clock.now() ? [until] : [],
  );
  if (times.length === 0) return false;
  clock.skipTo(Math.min(...times));
  return true;
}

/** Who decides checkpoints as the test says. */
class Person {
  /** How many they have decided. */
  decided = 0;
  readonly #tools: Parameters<typeof decideCheckpoint>[0];
  readonly #root: Playable;
  readonly #decisions: NonNullable<PlayOptions["decisions"]>;
  /** Checkpoints that they have left to others. */
  readonly #left = new Set<string>();

  constructor(
    tools: Parameters<typeof decideCheckpoint>[0],
    root: Playable,
    decisions: NonNullable<PlayOptions["decisions"]>,
  ) {
    this.#tools = tools;
    this.#root = root;
    this.#decisions = decisions;
  }

  /** Decides the first open checkpoint that there is a decision for; false when there is none. */
  async decide(): Promise<boolean> {
    if (Object.keys(this.#decisions).length === 0) return false;
    const { engine, store } = this.#tools;
    for (const { run, key, title, show, step } of await allOpenCheckpoints(store)) {
      const asking = `${run}/${step.key}/${step.attempt}`;
      const name = nameIn(this.#decisions, key);
      if (name === undefined || this.#left.has(asking)) continue;
      const given = this.#decisions[name];
      const value: unknown = typeof given === "function" ? await given({ step: key, title, show }) : given;
      if (value === undefined) {
        this.#left.add(asking);
        continue;
      }
      const row = (await store.run(run))!;
      const playable = playableIn(this.#root, row.score)!;
      await decideCheckpoint(this.#tools, { row, playable, step, value, by: "the test" });
      this.decided++;
      await engine.followAgain(run);
      return true;
    }
    return false;
  }
}

async function stepsOf(
  runs: readonly string[],
  events: readonly RunEvent[],
  store: Store,
): Promise<readonly PlayedStep[]> {
  const steps: PlayedStep[] = [];
  for (const id of runs) {
    const { score } = (await store.run(id))!;
    const rows = inOrder(
      await store.stepsOf(id),
      events.filter(({ run }) => run === id),
    );
    for (const { key: step, kind, attempt, status, output, error } of rows) {
      steps.push({
        score,
        step,
        kind,
        attempt,
        status,
        output: output === null ? undefined : JSON.parse(output),
        error: error === null ? undefined : JSON.parse(error),
      });
    }
  }
  return steps;
}

/** The store knows only the millisecond of an end; what was told tells which of those came first. */
function inOrder(rows: readonly StepRow[], events: readonly RunEvent[]): readonly StepRow[] {
  const told = new Map<string, number>();
  for (const [i, event] of events.entries())
    if ("step" in event && "attempt" in event) told.set(`${event.attempt} ${event.step}`, i);
  let last = -1;
  const ranked = rows.map((row) => {
    // One of which nothing was told stays behind the one before it.
    last = told.get(`${row.attempt} ${row.key}`) ?? last;
    return { row, rank: last };
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ row }) => row);
}

/** Names with a slash are models': which are asked is known only when they are. */
function assertAgents(names: readonly string[], playable: Playable): void {
  const known = [...playablesIn(playable)].flatMap(({ plan }) => Object.entries(plan.agents ?? {}));
  const ids = new Set(
    known.flatMap(([id, { model, tiers = [], fallback = [] }]) => [id, model, ...tiers, ...fallback]),
  );
  for (const name of names) {
    if (ids.has(name) || name.includes("/")) continue;
    const guess = nearest(name, [...ids]);
    const next = guess ? `; did you mean "${guess}"?` : ` (there are: ${[...ids].join(", ") || "none"})`;
    throw new TypeError(`score "${playable.plan.score}" has no agent or model "${name}"${next}`);
  }
}

function instantOf(clock: Date | string | number): number {
  const at = new Date(clock).getTime();
  if (Number.isNaN(at))
    throw new TypeError(`clock "${String(clock)}" is no instant such as "2026-01-01T00:00:00Z"`);
  return at;
}
