import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const received = input(z.object({ order: z.string().default("none") }));
const packed = task({ input: { id: received.order }, output: z.string(), run: ({ input }) => input.id });

export default defineScore({ id: "orders", input: received, nodes: { packed }, output: packed.output });
