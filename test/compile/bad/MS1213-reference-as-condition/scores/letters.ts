import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.object({ ok: z.boolean() }), run: () => ({ ok: false }) });
const title = found.output.ok ? "Leads were found" : "Nothing was found";

export default defineScore({ id: "letters", title, nodes: { found } });
