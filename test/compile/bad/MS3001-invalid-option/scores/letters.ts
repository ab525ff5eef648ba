import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const letter = task({
  output: z.string(),
  run: () => "Dear Ada",
  retry: { attempts: 3, backoff: "2 seconds" },
});

export default defineScore({ id: "letters", nodes: { letter } });
