import { type AnyNode, defineScore, task } from "maestro-ts";
import { z } from "zod";
const out = z.object({ n: z.number(), kind: z.enum(["bug", "refund", "other"]) });
const run = () => ({ n: 1, kind: "bug" as const });

const later: AnyNode[] = [];
const draft = task({ after: later, output: out, run });
const review = task({ input: { n: draft.output.n }, output: out, run });
const publish = task({ input: { n: draft.output.n, m: review.output.n }, output: out, run });
later.push(publish);

export default defineScore({ id: "circle", nodes: { draft, review, publish } });
