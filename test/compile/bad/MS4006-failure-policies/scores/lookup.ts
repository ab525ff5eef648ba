import { auto, defineScore, task } from "maestro-ts";
import { z } from "zod";

const found = task({
  output: z.object({ n: z.number() }),
  run: () => ({ n: 1 }),
  retry: { attempts: 3, ons: ["MR3002"] } as never,
  onFailure: auto({ fallbak: { n: 0 } } as never),
});

export default defineScore({ id: "lookup", nodes: { found }, output: found.output.n, rsik: "low" } as never);
