import { defineScore, task } from "maestro-ts";
import { z } from "zod";
import { greet } from "./lib/texts.ts";

const hello = task({ output: z.string(), run: () => greet("Ada") });

export default defineScore({ id: "hello", nodes: { hello } });
