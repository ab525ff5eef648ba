import { Worker } from "node:worker_threads";
import type { AskPolicy } from "../../players/models/model-settings.ts";
import { PATIENCE_MS } from "../../players/models/routing/patience.ts";
import type { Question, Reply } from "./worker.ts";

const MOST_HEAP_MB = 64;

interface Waiting {
  readonly resolve: (given: unknown) => void;
  readonly reject: (problem: Error) => void;
}

/**
 * Routing policies of the configuration's own, asked in a thread of theirs: one that never ends, ends the process or eats
 * memory costs the thread, and the next question a new one. The thread is started for the first question, shared by all, and
 * keeps no process alive.
 * @param entry the thread's program
 * @param codeFile the bundled configuration
 */
export function ownPolicies(entry: string, codeFile: string, patienceMs = PATIENCE_MS): AskPolicy {
  let worker: Worker | undefined;
  let next = 0;
  const waiting = new Map<number, Waiting>();
  const giveUp = (gone: Worker, problem: Error) => {
    if (worker !== gone) return;
    worker = undefined;
    for (const { reject } of waiting.values()) reject(problem);
    waiting.clear();
  };
  const start = (): Worker => {
    const made = new Worker(entry, {
      workerData: { codeFile },
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
      stdout: true,
      stderr: true,
    });
    made.unref();
    made.on("message", (reply: Reply) => {
      const asker = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ("problem" in reply) asker?.reject(new Error(reply.problem));
      else asker?.resolve(reply.given);
    });
    made.on("error", (error) => giveUp(made, error));
    made.on("exit", () => giveUp(made, new Error("it ended its thread")));
    return made;
  };
  return (asked) =>
    new Promise((resolve, reject) => {
      worker ??= start();
      const asking = worker;
      const id = next++;
      const timer = setTimeout(() => {
        if (!waiting.has(id)) return;
        giveUp(asking, new Error(`it gave nothing within ${patienceMs} ms`));
        void asking.terminate();
      }, patienceMs);
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          settle(value);
        };
      waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      asking.postMessage({ id, ...asked } satisfies Question);
    });
}
