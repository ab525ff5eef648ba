import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import type { Compilation, CompiledScore, Workspace } from "../../compile/index.ts";
import type { LiveScore } from "../../compile/reload/live-scores.ts";
import { type Reload, Reloader } from "../../compile/reload/reloader.ts";
import { MaestroError } from "../../diagnostics/index.ts";
import type { Ending, HowToPlay, Play, Playable, RunEvent } from "../../engine/index.ts";
import { type House, openHouse } from "../../house.ts";
import { audited } from "../../operations/audited.ts";
import type { Revision } from "../../operations/choose-revision.ts";
import { rerunRun } from "../../operations/rerun-run.ts";
import { startRun } from "../../operations/start-run.ts";
import { ANSWER_TYPES, EVALUATE } from "../../paths.ts";
import type { ControlRequest } from "../../services/control-request.ts";
import type { Facts } from "../../services/orchestrator/log.ts";
import type { ControlResults } from "../../services/perform-request.ts";
import type { Scheduler } from "../../services/scheduler/scheduler.ts";
import type { RunRow } from "../../store/store.ts";
import { newId } from "../../support/ids.ts";
import { nearest } from "../../support/nearest.ts";
import { version } from "../../support/version.ts";
import { findRun } from "../../views/find-run.ts";
import type { Io } from "../io.ts";
import { keepDeployment } from "../keep-deployment.ts";
import { type Isolated, openIsolated } from "../load-isolated.ts";
import type { Settings } from "../load-workspace.ts";
import { schedulerOf } from "../orchestrator/scheduler-of.ts";
import { outsideOf } from "../outside-of.ts";
import { playableOf } from "../playable-of.ts";
import { printWarning } from "../print-error.ts";
import { LiveDeployments } from "./deploy-live.ts";
import { DevHost } from "./dev-host.ts";
import type { Rerunning } from "./owner-source.ts";

/** What somebody who looks on is told. */
export interface DevListener {
  reloaded(reload: Reload): void;
  began(run: { readonly id: string; readonly score: string }): void;
  ended(run: { readonly id: string; readonly score: string }, ending: Ending, durationMs: number): void;
  /** Something happened: in a run that is played here, or because somebody asked for it. */
  heard?(event?: RunEvent): void;
  /** What author code prints that belongs to no step. */
  printed(text: string): void;
  /** What is done here by itself, such as a run whose time has come. */
  said(text: string): void;
  failed(error: unknown): void;
}

export interface DevOptions {
  readonly io: Io;
  readonly workspace: Workspace;
  readonly settings: Settings;
  readonly listener: DevListener;
  /** Are types checked? */
  readonly hasTypes: boolean;
  /** Are the schedules of what is deployed followed here? */
  readonly hasSchedules: boolean;
  /** Somebody else has told this process to end. */
  readonly onLeave: (isNow: boolean) => void;
}

/** What a run began with. */
type Begun = Pick<RunRow, "id" | "score" | "deployment">;

/** What is under way when somebody leaves has this long to end; it goes on the next time. */
const GRACE_MS = 1_000;
/** A save is seen after a few milliseconds, and the whole workspace compiled after a few seconds. */
const UNSEEN_MS = 10_000;
const LOOK_MS = 25;

/** Directly saved scores are bundled at once, so that the last good one can be played; not all that share a file. */
const MOST_BUNDLED = 12;

/** Owner of the store, compiler and players in one process, for as long as somebody works on the workspace. */
export class DevSession {
  readonly house: House;
  readonly #options: DevOptions;
  readonly #deployments: LiveDeployments;
  readonly #isolated: Promise<Isolated>;
  readonly #host: DevHost;
  readonly #scheduler: Scheduler | undefined;
  #reloader: Reloader | undefined;
  /** What secrets and keys are taken from. It changes with `.env`. */
  readonly #env: Record<string, string | undefined>;
  #isClosed = false;

  /**
   * Opens the store; others reach it from now on. The workspace is compiled by `compile`.
   * @throws MaestroError MR1007 when another process owns the store
   */
  static async open(options: DevOptions): Promise<DevSession> {
    const { io, settings } = options;
    const env = withDotEnv(io, settings.root);
    let session: DevSession | undefined;
    await openHouse({
      ...settings,
      command: "maestro dev",
      outside: outsideOf({ ...io, env }, settings),
      reach: {
        isHost: true,
        playableOf: (row) => session!.#playableOf(row),
        // Made while the house is opened: others may ask before that is over.
        host(house) {
          session = new DevSession(options, house, env);
          return session.#host;
        },
        onProblem: (problem) => printWarning(problem, io),
      },
    });
    return session!;
  }

  private constructor(options: DevOptions, house: House, env: Record<string, string | undefined>) {
    const { io, settings, listener, onLeave } = options;
    this.#options = options;
    this.#env = env;
    this.house = house;
    this.#isolated = openIsolated(io, (text) => listener.printed(text));
    this.#deployments = new LiveDeployments(settings.root);
    this.#host = new DevHost({
      ...house,
      playableOf: (row) => this.#playableOf(row),
      live: (score, hash) => this.#live(score, hash),
      leave: onLeave,
      facts: { pid: io.pid, version, workspace: settings.root },
      onChange: () => {
        listener.heard?.();
        void this.#scheduler?.look();
      },
      onRest: (run) => {
        listener.heard?.();
        void this.#scheduler?.hearOfRest(run);
      },
      onPlay: (play) => this.#tell(play),
      onStuck: (why) => listener.failed(new Error(why)),
    });
    this.#scheduler = options.hasSchedules ? this.#schedule(house) : undefined;
  }

  #schedule(house: House): Scheduler {
    const { listener, onLeave } = this.#options;
    const say = (event: string, facts: Facts = {}) => listener.said(toFactsText(event, facts));
    return schedulerOf(house, {
      playableOf: (row) => this.#playableOf(row),
      log: { info: say, warn: say, error: say },
      watch: (play) => this.#host.watch(play),
      onLost: () => onLeave(true),
    });
  }

  /** Compiles the workspace, and again with each change. */
  async compile(): Promise<void> {
    const { workspace, listener, io, hasTypes } = this.#options;
    const tell = (reload: Reload) => {
      this.#keepCode(reload);
      if (reload.changes.some(({ file }) => file === ".env"))
        Object.assign(this.#env, withDotEnv(io, workspace.root));
      listener.reloaded(reload);
    };
    let first: Reload | undefined;
    let isOpen = false;
    const reloader = await Reloader.open({
      workspace,
      childEntry: EVALUATE,
      env: hasTypes ? io.env : undefined,
      typesEntry: ANSWER_TYPES,
      // The first is there before whoever is told could ask for anything.
      onReload(reload) {
        if (isOpen) tell(reload);
        else first = reload;
      },
      onError: (error) => listener.failed(error),
    });
    this.#reloader = reloader;
    isOpen = true;
    if (this.#isClosed) await reloader.close();
    else if (first) tell(first);
  }

  /** The workspace as it is compiled now; `undefined` before it has been for the first time. */
  get compilation(): Compilation | undefined {
    return this.#reloader?.compilation;
  }

  /** Are schedules followed here? */
  get isScheduled(): boolean {
    return this.#scheduler !== undefined;
  }

  /** Is TypeScript asked about what is saved? */
  get hasTypes(): boolean {
    return this.#options.hasTypes;
  }

  get scores(): readonly LiveScore[] {
    return this.#reloader?.scores.all ?? [];
  }

  /** @throws MaestroError MR2001 when there is none */
  score(id: string): CompiledScore {
    const found = this.#reloader?.scores.get(id);
    if (found) return found.score;
    const known = this.scores.map(({ score }) => score.id);
    throw new MaestroError("MR2001", { score: id, known, guess: nearest(id, known) });
  }

  /**
   * Begins a run of a score as it was when it was last good.
   * @throws MaestroError MR2001, MR2002
   */
  async begin(
    id: string,
    input: unknown,
    { by, ...how }: HowToPlay & { readonly by: string },
  ): Promise<Play> {
    const { playable, deploy } = await this.#revision(this.score(id));
    await deploy();
    const play = await startRun(this.house.engine, playable, input, {
      ...how,
      by: { who: by, origin: "cli" },
    });
    this.#host.watch(play);
    return play;
  }

  /**
   * Begins a run with what an earlier one did, and plays the rest again.
   * @throws MaestroError as `rerunRun`
   */
  async rerun({ run, from, set, by }: Rerunning): Promise<Play> {
    const { engine, store, clock } = this.house;
    const row = await findRun(store, run);
    const id = newId("run");
    const tools = { engine, store, now: clock.now };
    const how = { from: from === undefined ? [] : [from], set, by };
    const rerunning = { ...how, id, row, playable: await this.#playableOf(row) };
    const done = {
      run: row.id,
      who: by,
      action: "rerun",
      asked: { id, ...how },
      begins: id,
      isFollowed: true,
    } as const;
    const play = await audited(tools, done, rerunRun(tools, rerunning));
    this.#host.watch(play);
    return play;
  }

  /**
   * Goes on with every run that has not ended and that nobody holds, and follows schedules where that was asked for. One run
   * that cannot go on keeps no other from it.
   */
  async goOnWithAll(): Promise<void> {
    await this.#scheduler?.limits();
    await Promise.all([this.#host.recover(), this.#scheduler?.start()]);
  }

  /** Does what another command would ask for. */
  async ask<R extends ControlRequest>(request: R): Promise<ControlResults[R["op"]]> {
    const { performRequest } = await import("../../services/perform-request.ts");
    const playableOf = (row: Begun) => this.#playableOf(row);
    return performRequest({ ...this.house, isHost: true, host: this.#host, playableOf }, request);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // What it was about to begin meets an engine that begins nothing, and is decided by who comes next.
    void this.#scheduler?.stop();
    await Promise.all([this.#reloader?.close(), this.#host.drain(GRACE_MS)]);
    await this.house.close(GRACE_MS);
    await (await this.#isolated).close();
  }

  async #playableOf(row: Begun): Promise<Playable> {
    const { load } = await this.#isolated;
    return playableOf(row, this.house, this.#options.settings.root, load);
  }

  async #revision(score: CompiledScore): Promise<Revision> {
    const deployment = await this.#deployments.of(score);
    const playable = await (await this.#isolated).load(deployment);
    return { playable, deploy: () => keepDeployment({ deployment, playable }, this.house) };
  }

  /** The score's code for somebody who has compiled it, too: a save may not have been seen here yet. */
  async #live(id: string, hash: string): Promise<Revision> {
    const giveUpAt = performance.now() + UNSEEN_MS;
    for (;;) {
      const score = this.#reloader?.scores.get(id)?.score;
      const deployment = score && (await this.#deployments.of(score));
      if (score && deployment?.hash === hash) return this.#revision(score);
      if (performance.now() > giveUpAt || this.#isClosed) throw new MaestroError("MR2070", { score: id });
      await sleep(LOOK_MS);
    }
  }

  #tell(play: Play): void {
    const { listener } = this.#options;
    const startedAt = performance.now();
    if (listener.heard) play.subscribe((event) => listener.heard!(event));
    const named = this.house.store.run(play.id).then((row) => ({ id: play.id, score: row?.score ?? "" }));
    named.then((run) => listener.began(run)).catch((error: unknown) => listener.failed(error));
    Promise.all([named, play.ending]).then(
      ([run, ending]) => listener.ended(run, ending, performance.now() - startedAt),
      (error: unknown) => listener.failed(error),
    );
  }

  /** The next edit may break the file: what is good now is kept as it is played. */
  #keepCode({ scores, changes }: Reload): void {
    const saved = new Set(changes.map(({ file }) => file));
    const good = scores.filter(({ is, file }) => is !== "broken" && is !== "removed" && saved.has(file));
    for (const { id } of good.slice(0, MOST_BUNDLED)) {
      const live = this.#reloader?.scores.get(id);
      // What is wrong with it is told when somebody wants to play it.
      if (live) this.#deployments.of(live.score).catch(() => undefined);
    }
  }
}

/** `instant fired  orchestra=weekdays run=run_…` */
function toFactsText(event: string, facts: Facts): string {
  const said = Object.entries(facts).map(([name, value]) => `${name}=${value}`);
  return [event, said.join(" ")].filter(Boolean).join("  ");
}

/** Variables of `.env` in the workspace stand in for those that this process has not. */
function withDotEnv({ env }: Io, root: string): Record<string, string | undefined> {
  return { ...readDotEnv(join(root, ".env")), ...env };
}

function readDotEnv(path: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch {
    return {};
  }
}
