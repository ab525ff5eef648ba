import { auto, defineScore, defineTask, optional, shell, task } from "maestro-ts";
import { z } from "zod";

const ask = defineTask({
  id: "ask",
  input: z.object({ n: z.number() }),
  output: z.object({ n: z.number() }),
  run: ({ input }) => input,
});

const empty = task(ask, { input: { n: 1 }, retry: { attempts: 2, on: [], vary: [] } });
const words = task(ask, { input: { n: 1 }, retry: { attempts: 2, on: "MR3002" as never, vary: 2 as never } });
const parts = task(ask, { input: { n: 1 }, retry: { attempts: 3, vary: [null as never] } });
const list = shell({ command: ["ls"], idempotent: true, retry: { attempts: 3, vary: [{ cwd: "/" }] as never } });
const chosen = task(ask, {
  input: { n: 1 },
  onFailure: auto({ skip: "yes" as never, reconstruct: { from: "lits", with: ask } }),
});
const sort = task(ask, { input: { n: 1 }, onFailure: "atuo" as never });
const wrong = task(ask, { input: { n: 1 }, onFailure: auto({ fallback: { m: 1 } as never }) });

export default defineScore({
  id: "lookup",
  nodes: { empty, words, parts, list, chosen, sort, wrong },
  output: { chosen: optional(chosen.output.n) },
  risk: "medium" as never,
});
