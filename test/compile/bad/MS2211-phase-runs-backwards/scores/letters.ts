import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const out = z.string();
const facts = task({ phase: "review", output: out, run: () => "text" });
const draft = task({ phase: "draft", input: { text: facts.output }, output: out, run: ({ input }) => input.text });

export default defineScore({
  id: "letters",
  phases: ["draft", "review"],
  nodes: { facts, draft },
  output: draft.output,
});
