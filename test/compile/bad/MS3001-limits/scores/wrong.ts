import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const half = task({ input: {}, output: z.string(), resources: { cpu: 0.5 }, run: () => "" });
const list = task({ input: {}, output: z.string(), resources: ["cpu"] as never, tags: "crm" as never, run: () => "" });
const names = task({ input: {}, output: z.string(), resources: { "a b": 1 }, tags: ["", "two words", "crm"], run: () => "" });

export default defineScore({
  id: "wrong",
  nodes: { half, list, names },
  output: [half.output, list.output, names.output],
  runs: { max: 0, min: 1 } as never,
  tags: [1] as never,
});
