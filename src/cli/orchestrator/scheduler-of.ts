import type { Play, Playable } from "../../engine/index.ts";
import type { House } from "../../house.ts";
import { startRun } from "../../operations/start-run.ts";
import type { Log } from "../../services/orchestrator/log.ts";
import { Scheduler } from "../../services/scheduler/scheduler.ts";
import type { OrchestraRow } from "../../store/orchestra-store.ts";

export interface Scheduling {
  /** The code that an orchestra names. */
  readonly playableOf: (row: OrchestraRow) => Promise<Playable>;
  readonly log: Log;
  /** A run begins here. */
  readonly watch: (play: Play) => void;
  /** The store cannot be read or written any more. */
  readonly onLost: (error: unknown) => void;
}

/** What follows the schedules of a store in the process that owns it, `maestro start` and `maestro dev --schedules` alike. */
export function schedulerOf(
  { engine, store, clock }: Pick<House, "engine" | "store" | "clock">,
  { playableOf, log, watch, onLost }: Scheduling,
): Scheduler {
  return new Scheduler({
    store,
    clock,
    steadyNow: () => performance.now(),
    log,
    onJump: () => engine.lookAtClock(),
    async begin({ row, input, instant }) {
      const playable = await playableOf(row);
      const play = await startRun(engine, playable, input, { of: { orchestra: row.id, dueAt: instant } });
      watch(play);
      return play;
    },
    replace: (id, orchestra) =>
      engine.cancel(id, { by: "the scheduler", reason: `the next run of "${orchestra}" takes its place` }),
    limit: (orchestra, most) => engine.limitOrchestra(orchestra, most),
    onLost,
  });
}
