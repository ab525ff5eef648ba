import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const out = z.string();
const draft = task({ phase: "drafts", output: out, run: () => "text" });
const review = task({ phase: "review", input: { text: draft.output }, output: out, run: ({ input }) => input.text });

export default defineScore({
  id: "letters",
  phases: ["draft", "review"],
  nodes: { draft, review },
  output: review.output,
});
