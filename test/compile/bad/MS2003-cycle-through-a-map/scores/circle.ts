import { type AnyNode, defineScore, map, task } from "maestro-ts";
import { z } from "zod";
const out = z.object({ n: z.number(), kind: z.enum(["bug", "refund", "other"]) });
const run = () => ({ n: 1, kind: "bug" as const });

const later: AnyNode[] = [];
const list = task({ output: z.array(z.string()), run: () => [] });
const settings = task({ after: later, output: out, run });
const each = map({ over: list.output, maxItems: 3, each: (name) => task({ input: { name, n: settings.output.n }, output: out, run }) });
later.push(each);

export default defineScore({ id: "circle", nodes: { list, settings, each } });
