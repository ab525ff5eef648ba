import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const model = task({ input: {}, output: z.string(), resources: { gpu: 4 }, run: () => "model" });
const small = task({ input: {}, output: z.string(), resources: { gpu: 2 }, run: () => "small" });

export default defineScore({ id: "train", nodes: { model, small }, output: { model: model.output, small: small.output } });
