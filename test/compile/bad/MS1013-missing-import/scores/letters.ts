import { defineScore, task } from "maestro-ts";
import { z } from "zod";

import { greetings, signeture } from "./lib/texts.ts";

const work = task({ input: { greetings, signeture }, output: z.number(), run: () => 1 });

export default defineScore({ id: "letters", nodes: { work } });
