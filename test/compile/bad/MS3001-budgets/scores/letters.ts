import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const letter = task({ input: {}, output: z.string(), run: () => "Dear Ada" });

export default defineScore({
  id: "letters",
  nodes: { letter },
  output: letter.output,
  budget: { perRunUsd: 0, perDayUsd: Number.POSITIVE_INFINITY },
});
