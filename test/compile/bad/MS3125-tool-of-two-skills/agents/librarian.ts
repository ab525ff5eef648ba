import { defineAgent } from "maestro-ts";
import { z } from "zod";
import { finding, reading } from "./lib/skills.ts";

export default defineAgent({
  id: "librarian",
  model: "local/llama",
  instructions: "You help people find books.",
  input: z.object({ wish: z.string() }),
  output: z.object({ title: z.string() }),
  skills: [reading, finding],
  maxTokens: 2_000,
  timeout: "2m",
});
