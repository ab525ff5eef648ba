import { defineScore, score, task } from "maestro-ts";
import { z } from "zod";
import check from "./check.ts";

const first = task({ output: z.object({ ok: z.boolean() }), run: () => ({ ok: true }) });
const checked = score(() => check, { input: {}, after: [first] });

export default defineScore({ id: "answer", nodes: { first, checked } });
