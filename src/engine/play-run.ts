import type { Performance } from "./performance.ts";
import { playWhenDurable } from "./play-step.ts";
import { type Ending, takeMoves } from "./take-moves.ts";
import { warmModels } from "./warm-models.ts";

/**
 * Plays a run to its end. Steps go on by themselves: each takes the moves that its own result makes possible
 * (`playStep`). This loop only begins, and goes on when a wait is over or somebody stops the run.
 * @throws what the store throws: then nothing more could be recorded, and the run can be resumed
 */
export async function playRun(run: Performance): Promise<Ending> {
  warmModels(run);
  try {
    while (!run.ending && !run.crash) {
      playWhenDurable(run, takeMoves(run));
      if (!run.ending) await run.sleep();
    }
    if (run.crash) {
      run.isStopping = true;
      run.isAborting = true;
      run.abortCalls(new Error("the run cannot be recorded any more"));
      throw run.crash.error;
    }
    return await run.ending!;
  } finally {
    run.rest();
  }
}
