import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";
import type { Play } from "../../engine/index.ts";
import type { House, Reach } from "../../house.ts";
import { mendLearnings } from "../../operations/mend-learnings.ts";
import { CHILD } from "../../paths.ts";
import { ChildPlayers } from "../../services/children/child-players.ts";
import type { Log } from "../../services/orchestrator/log.ts";
import { Orchestrator } from "../../services/orchestrator/orchestrator.ts";
import { Pruner } from "../../services/pruner.ts";
import type { Scheduler } from "../../services/scheduler/scheduler.ts";
import { toReason } from "../../support/to-reason.ts";
import { version } from "../../support/version.ts";
import { atStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { locateFailure } from "../locate-failure.ts";
import { hideSecrets } from "./hide-secrets.ts";
import { openFaceFor } from "./open-face-for.ts";
import { Playables } from "./playables.ts";
import { schedulerOf } from "./scheduler-of.ts";
import { forLog, type Orchestrating, onConfiguration, takeConfiguration } from "./take-configuration.ts";
import { withSlots } from "./with-slots.ts";

export const DRAIN_MS = 30_000;
/** What is told to end at last has this long, and then its process is killed. */
const LAST_MS = 400;

/** Owns the store and plays whatever can be played, until somebody tells this process to end. */
export async function orchestrate({ io, settings, log, hiding }: Orchestrating): Promise<ExitCode> {
  const { root } = settings;
  const leaving = new Leaving(io, log);
  const players = new ChildPlayers({
    ...settings.players,
    entry: CHILD,
    root,
    locate: (stack) => locateFailure(stack, root),
    onOutput: (text) => log.info("printed by a task", { text: text.trimEnd() }),
  });
  // What compiling has to say about a score, the command that asks for it has said before.
  const quiet = forLog(io, (line) => log.warn("compiler", { line }));
  const playables = new Playables(quiet, root, (deployment) => players.prepare(deployment));
  let orchestrator: Orchestrator | undefined;
  let scheduler: Scheduler | undefined;
  const host = (house: House) => {
    scheduler = schedulerOf(house, {
      playableOf: (row) => playables.of(row, house),
      log,
      watch: (play) => orchestrator!.watch(play),
      onLost: (error) => leaving.leave(true, error),
    });
    orchestrator = new Orchestrator({
      ...house,
      log,
      playableOf: (row) => playables.of(row, house),
      live: (score, hash) => playables.live(score, hash, house),
      leave: (isNow, lost) => leaving.leave(isNow, lost),
      onChange: () => void scheduler?.look(),
      onRest: (run) => void scheduler?.hearOfRest(run),
      facts: { pid: io.pid, version, workspace: root },
    });
    return orchestrator;
  };
  const reach: Reach = {
    playableOf: (row, house) => playables.of(row, house),
    isHost: true,
    host,
    onProblem: (problem) => log.warn("not reached", { why: problem.message }),
  };
  try {
    return await atStore(io, withSlots(settings), {
      command: "maestro start",
      reach,
      there: async (ask, { pid }) => {
        const answer = await ask({ op: "status" });
        if (answer?.result)
          throw new MaestroError("MR2073", { file: settings.file, ...(pid ? { pid } : {}) });
        return undefined;
      },
      here: (house) =>
        keep(house, {
          orchestrator: orchestrator!,
          scheduler: scheduler!,
          playables,
          io,
          settings,
          log,
          hiding,
          leaving,
        }),
    });
  } finally {
    leaving.off();
    await players.close(LAST_MS);
  }
}

interface Keeping extends Orchestrating {
  readonly orchestrator: Orchestrator;
  readonly scheduler: Scheduler;
  readonly playables: Playables;
  readonly leaving: Leaving;
}

async function keep(
  house: House,
  { orchestrator, scheduler, playables, io, settings, log, hiding, leaving }: Keeping,
): Promise<ExitCode> {
  const { file, orchestrator: own } = settings;
  house.engine.reach(hideSecrets(house.engine.outside, hiding));
  // Runs begin as soon as somebody may call.
  await scheduler.limits();
  const { seen } = scheduler;
  const watch = (play: Play) => orchestrator.watch(play);
  const onLost = (error: unknown) => leaving.leave(true, error);
  const face = await openFaceFor(house, { io, settings, seen, playables, watch, onLost, log, hiding });
  const pidFile = join(dirname(file), "orchestrator.pid");
  forPeople(() => writeFileSync(pidFile, `${io.pid}\n`));
  const { store, clock } = house;
  const pruner = new Pruner({ history: store.history, now: clock.now, log, retention: settings.retention });
  const reload = () => void takeConfiguration(house, { io, settings, log, hiding, pruner });
  const offReload = onConfiguration(settings.root, reload);
  // Whoever closes its terminal wants it gone; without one it is told to look at its configuration, as service managers do.
  const isTerminalGone = io.watchTerminal();
  const offHangup = io.onHangup(() => (isTerminalGone() ? leaving.loseTerminal() : reload()));
  log.info("started", { pid: io.pid, version, workspace: settings.root, store: file });
  const begin = async () => {
    const isDamaged = await mendLearnings(house.store.learnings, (done, total) =>
      log.info("learnings indexed", { done, total }),
    );
    if (isDamaged) log.warn("the index of the learnings was damaged, and has been made anew");
    pruner.start();
    await Promise.all([orchestrator.recover(), scheduler.start()]);
  };
  begin().catch((error: unknown) => {
    log.error("recovery failed", { why: toReason(error) });
    leaving.leave(true, error);
  });
  try {
    await leaving.told;
    // What it was about to begin meets an engine that begins nothing, and is decided by the next one.
    void scheduler.stop();
    void pruner.stop();
    if (!leaving.isNow) await Promise.race([orchestrator.drain(own.drainMs ?? DRAIN_MS), leaving.now]);
  } finally {
    offReload();
    offHangup();
    orchestrator.close();
    await pruner.stop();
    await face?.close();
    try {
      await house.close(LAST_MS);
    } finally {
      forPeople(() => rmSync(pidFile, { force: true }));
      log.info("ended", { pid: io.pid });
    }
  }
  // Nothing more could be written down. Whoever keeps it up starts it again when there is a store to write to.
  if (leaving.lost !== undefined) throw leaving.lost;
  return EXIT.ok;
}

/** Nothing depends on it: a folder that cannot be written to any more stops nothing. */
function forPeople(write: () => void): void {
  try {
    write();
  } catch {
    // `maestro status` says more.
  }
}

/** That somebody has told the process to end: once it drains, twice it leaves at once. */
class Leaving {
  readonly #told = Promise.withResolvers<void>();
  readonly #now = Promise.withResolvers<void>();
  readonly #off: () => void;
  readonly #log: Log;
  isNow = false;
  /** What kept the store from being written or read. */
  lost: unknown;

  constructor(io: Io, log: Log) {
    let signals = 0;
    this.#log = log;
    this.#off = io.onInterrupt(() => {
      if (++signals > 1) io.leave(EXIT.interrupted);
      log.info("told to end");
      this.leave(false);
    });
  }

  /** As Ctrl-C in it. */
  loseTerminal(): void {
    this.#log.info("told to end", { by: "its terminal, which is closed" });
    this.leave(false);
  }

  get told(): Promise<void> {
    return this.#told.promise;
  }

  get now(): Promise<void> {
    return this.#now.promise;
  }

  leave(isNow: boolean, lost?: unknown): void {
    this.isNow ||= isNow;
    this.lost ??= lost;
    this.#told.resolve();
    if (isNow) this.#now.resolve();
  }

  off(): void {
    this.#off();
  }
}
