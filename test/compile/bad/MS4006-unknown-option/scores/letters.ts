import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const letter = task({
  output: z.string(),
  run: () => "Dear Ada",
  tiemout: "30s",
});

export default defineScore({ id: "letters", nodes: { letter } });
