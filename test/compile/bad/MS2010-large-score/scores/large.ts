import { type AnyNode, defineScore, task } from "maestro-ts";
import { z } from "zod";

const nodes: Record<string, AnyNode> = {};
for (let i = 0; i < 201; i++) nodes[`n${i}`] = task({ output: z.number(), run: () => i });

export default defineScore({ id: "large", nodes });
