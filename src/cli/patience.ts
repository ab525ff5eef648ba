import type { Ending, Play } from "../engine/index.ts";
import { toReadable } from "../support/duration.ts";
import { EXIT, type Io } from "./io.ts";
import { warnLines } from "./write-line.ts";

const GRACE_MS = 5_000;

/** How long somebody who watches a run waits for it. */
export interface Patience {
  /** Resolves when nobody waits any more. */
  readonly isOver: Promise<Ending>;
  isInterrupted(): boolean;
  end(): void;
}

/** Ctrl-C once, or a terminal that is closed: no new step, those under way are told to end and are given some time. Ctrl-C twice: out. */
export function stopOnInterrupt(play: Pick<Play, "stop">, io: Io): Patience {
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  const { promise: isOver, resolve: giveUp } = Promise.withResolvers<Ending>();
  const stop = () => {
    isStopping = true;
    warnLines(
      io,
      `stopping: no new step begins, and those under way are told to end (${toReadable(GRACE_MS)}; Ctrl-C again leaves at once)`,
    );
    play.stop(new Error("the run was stopped"));
    timer = setTimeout(() => giveUp({ is: "stopped" }), GRACE_MS);
  };
  const off = io.onInterrupt(() => (isStopping ? io.leave(EXIT.interrupted) : stop()));
  const endHangup = io.onHangup(() => isStopping || stop());
  return {
    isOver,
    isInterrupted: () => isStopping,
    end() {
      off();
      endHangup();
      clearTimeout(timer);
    },
  };
}

/** The run is played by another process, and goes on there. */
export function leaveOnInterrupt(play: Pick<Play, "stop">, io: Io): Patience {
  const { promise: isOver, resolve } = Promise.withResolvers<Ending>();
  let isInterrupted = false;
  const end = io.onInterrupt(() => {
    isInterrupted = true;
    play.stop(new Error("nobody watches any more"));
    resolve({ is: "stopped" });
  });
  return { isOver, end, isInterrupted: () => isInterrupted };
}
