/** Whether a review says enough to be shown to somebody. */
import { defineTask } from "maestro-ts";
import { z } from "zod";
import { Verdict } from "./dependency-review.ts";

export const judgeVerdictsTask = defineTask({
  id: "judge-verdicts",
  input: z.object({ value: z.object({ verdicts: z.array(Verdict) }) }),
  output: z.object({ score: z.number().min(0).max(1), why: z.string() }),
  run: ({ input }) => {
    const { verdicts } = input.value;
    const unsure = verdicts.filter(({ decision }) => decision === "unsure").map(({ name }) => name);
    const score = verdicts.length === 0 ? 0 : 1 - unsure.length / verdicts.length;
    return { score, why: unsure.length === 0 ? "all are decided" : `not decided: ${unsure.join(", ")}` };
  },
});
