import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const read = task({ input: {}, output: z.object({ rows: z.int() }), run: () => ({ rows: 3 }) });

export default defineScore({ id: "import", nodes: { read }, output: { rows: read.output.rows } });
