import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const text = task({ input: {}, output: z.string(), run: () => "Nothing new." });

export default defineScore({ id: "daily-digest", nodes: { text }, output: text.output });
