import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const found = task({
  output: z.object({ n: z.number() }),
  run: () => ({ n: 1 }),
  retry: { attempts: 3, on: ["MR3020", "RateLimitError"] },
});

export default defineScore({ id: "lookup", nodes: { found }, output: found.output.n });
