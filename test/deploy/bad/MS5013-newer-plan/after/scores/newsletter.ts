import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const text = task({ input: {}, output: z.string(), run: () => "Good news." });

export default defineScore({ id: "newsletter", nodes: { text }, output: text.output });
