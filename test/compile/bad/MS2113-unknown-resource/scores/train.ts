import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const model = task({ input: {}, output: z.string(), resources: { gpus: 1 }, run: () => "model" });

export default defineScore({ id: "train", nodes: { model }, output: model.output });
