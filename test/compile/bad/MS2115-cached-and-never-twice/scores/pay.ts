import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const paid = task({ input: {}, output: z.string(), retry: "never", cache: { ttl: "1h" }, run: () => "paid" });

export default defineScore({ id: "pay", nodes: { paid }, output: paid.output });
