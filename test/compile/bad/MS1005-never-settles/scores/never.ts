import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const key = await new Promise<string>(() => {});
const work = task({ input: { key }, output: z.number(), run: () => 1 });

export default defineScore({ id: "never", nodes: { work } });
