import { type AnyNode, defineScore, task } from "maestro-ts";
import { z } from "zod";

const out = z.string();
const run = () => "text";
const last: AnyNode[] = [];
const draft = task({ after: last, output: out, run });
const review = task({ input: { text: draft.output }, output: out, run });
const publish = task({ input: { text: review.output }, output: out, run });
last.push(publish);

export default defineScore({ id: "circle", nodes: { draft, review, publish } });
