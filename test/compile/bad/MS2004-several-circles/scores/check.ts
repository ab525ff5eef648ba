import { defineScore, score, task } from "maestro-ts";
import { z } from "zod";
import ask from "./ask.ts";

const first = task({ output: z.object({ ok: z.boolean() }), run: () => ({ ok: true }) });

// The circle is closed where a run has failed.
export default defineScore({ id: "check", nodes: { first }, onError: () => score(() => ask, { input: {} }) });
