import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const found = task({ timeout: "5m", retry: { attempts: 3 }, output: z.number(), run: () => 1 });

export default defineScore({ id: "letters", nodes: { found }, timeout: "10m" });
