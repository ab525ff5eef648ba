import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const first = task({ output: z.object({ ok: z.boolean() }), run: () => ({ ok: true }) });

export default defineScore({ id: "other", nodes: { first }, output: first.output });
