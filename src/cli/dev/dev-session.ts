import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Compilation, CompiledScore, Workspace } from "../../compile/index.ts";
import type { LiveScore } from "../../compile/reload/live-scores.ts";
import { type Reload, Reloader } from "../../compile/reload/reloader.ts";
import { MaestroError } from "../../diagnostics/index.ts";
import type { Ending, Play, Playable } from "../../engine/index.ts";
import { type House, openHouse } from "../../house.ts";
import { inTurn } from "../../operations/in-turn.ts";
import { rerunRun } from "../../operations/rerun-run.ts";
import { resumeRun } from "../../operations/resume-run.ts";
import { startRun } from "../../operations/start-run.ts";
import { EVALUATE } from "../../paths.ts";
import type { ControlRequest } from "../../services/control-request.ts";
import { type ControlResults, performRequest } from "../../services/perform-request.ts";
import type { RunRow } from "../../store/store.ts";
import { nearest } from "../../support/nearest.ts";
import { findRun } from "../../views/find-run.ts";
import { heldBy } from "../../views/held-by.ts";
import type { Io } from "../io.ts";
import { keepDeployment } from "../keep-deployment.ts";
import { type Isolated, openIsolated } from "../load-isolated.ts";
import type { Settings } from "../load-workspace.ts";
import { outsideOf } from "../outside-of.ts";
import { playableOf } from "../playable-of.ts";
import { printWarning } from "../print-error.ts";
import { LiveDeployments } from "./deploy-live.ts";

/** What somebody who looks on is told. */
export interface DevListener {
  reloaded(reload: Reload): void;
  began(run: { readonly id: string; readonly score: string }): void;
  ended(run: { readonly id: string; readonly score: string }, ending: Ending, durationMs: number): void;
  /** Something happened in a run that is played here. */
  heard?(): void;
  /** What author code prints that belongs to no step. */
  printed(text: string): void;
  failed(error: unknown): void;
}

export interface DevOptions {
  readonly io: Io;
  readonly workspace: Workspace;
  readonly settings: Settings;
  readonly listener: DevListener;
  /** Are types checked? */
  readonly hasTypes: boolean;
}

interface Rerun {
  readonly run: string;
  readonly from?: string;
  readonly input?: unknown;
  readonly by?: string;
}

interface Opened {
  readonly house: House;
  readonly isolated: Promise<Isolated>;
  readonly env: Record<string, string | undefined>;
}

/** Directly saved scores are bundled at once, so that the last good one can be played; not all that share a file. */
const MOST_BUNDLED = 12;

/** Owner of the store, compiler and players in one process, for as long as somebody works on the workspace. */
export class DevSession {
  readonly house: House;
  readonly #options: DevOptions;
  readonly #deployments: LiveDeployments;
  readonly #isolated: Promise<Isolated>;
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
    const isolated: { now?: Promise<Isolated> } = {};
    const env = withDotEnv(io, settings.root);
    const house = await openHouse({
      ...settings,
      command: "maestro dev",
      outside: outsideOf({ ...io, env }, settings),
      reach: {
        isHost: true,
        playableOf: async (row, { store }) =>
          playableOf(row, { store }, settings.root, (await isolated.now!).load),
        onProblem: (problem) => printWarning(problem, io),
      },
    });
    isolated.now = openIsolated(io, (text) => options.listener.printed(text));
    return new DevSession(options, { house, isolated: isolated.now, env });
  }

  private constructor(options: DevOptions, { house, isolated, env }: Opened) {
    this.#options = options;
    this.#env = env;
    this.house = house;
    this.#isolated = isolated;
    this.#deployments = new LiveDeployments(options.settings.root);
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
  async begin(id: string, input: unknown): Promise<Play> {
    const playable = await this.#playable(this.score(id));
    const play = await startRun(this.house.engine, playable, input);
    this.#watch(play, id);
    return play;
  }

  /**
   * Begins a run with what an earlier one did, and plays the rest again.
   * @throws MaestroError as `rerunRun`
   */
  async rerun({ run, from, input, by }: Rerun): Promise<Play> {
    const { engine, store, clock } = this.house;
    const row = await findRun(store, run);
    const play = await rerunRun(
      { engine, store, now: clock.now },
      {
        row,
        playable: await this.#playableOf(row),
        from: from === undefined ? [] : [from],
        set: input === undefined ? [] : [{ node: "input", path: [], value: input }],
        by,
      },
    );
    this.#watch(play, row.score);
    return play;
  }

  /** Goes on with every run that has not ended and that nobody holds. One that cannot keeps no other from it. */
  async goOnWithAll(): Promise<void> {
    const { store, engine, clock } = this.house;
    for (const row of inTurn(await store.unfinishedRuns())) {
      if (row.parent !== null || heldBy(row) || this.#isClosed || engine.isKnown(row.id)) continue;
      try {
        const playable = await this.#playableOf(row);
        this.#watch(await resumeRun({ engine, store, now: clock.now }, { row, playable }), row.score);
      } catch (error) {
        this.#options.listener.failed(error);
      }
    }
  }

  /** Does what another command would ask for. */
  ask<R extends ControlRequest>(request: R): Promise<ControlResults[R["op"]]> {
    const owned = { ...this.house, isHost: true, playableOf: (row: RunRow) => this.#playableOf(row) };
    return performRequest(owned, request);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#reloader?.close(), this.house.close()]);
    await (await this.#isolated).close();
  }

  async #playableOf(row: RunRow): Promise<Playable> {
    const { load } = await this.#isolated;
    return playableOf(row, this.house, this.#options.settings.root, load);
  }

  async #playable(score: CompiledScore): Promise<Playable> {
    const deployment = await this.#deployments.of(score);
    const playable = await (await this.#isolated).load(deployment);
    await keepDeployment(deployment, this.house);
    return playable;
  }

  #watch(play: Play, score: string): void {
    const { listener } = this.#options;
    const [run, startedAt] = [{ id: play.id, score }, performance.now()];
    listener.began(run);
    if (listener.heard) play.subscribe(() => listener.heard!());
    play.ending.then(
      (ending) => listener.ended(run, ending, performance.now() - startedAt),
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
