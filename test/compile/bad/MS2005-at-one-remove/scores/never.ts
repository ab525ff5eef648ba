import { branch, defineScore, gte, optional, switchOn, task } from "maestro-ts";
import { z } from "zod";
const out = z.object({ n: z.number(), kind: z.enum(["bug", "refund", "other"]) });
const run = () => ({ n: 1, kind: "bug" as const });

const found = task({ output: out, run });
const good = branch(gte(found.output.n, 1));
const kind = switchOn(found.output.kind);
const yes = task({ when: good.yes, output: out, run });
const bug = task({ when: kind.is("bug"), output: out, run });
// Reads what runs on yes, and runs on no.
const never = task({ when: good.no, input: { n: yes.output.n }, output: out, run });
// Different cases of one switch, at one remove.
const step = task({ when: kind.is("bug"), input: { n: bug.output.n }, output: out, run });
const refund = task({ when: kind.is("refund", "other"), input: { n: step.output.n }, output: out, run });
// Follows a node that never runs: one finding is enough.
const follower = task({ when: good.no, input: { n: never.output.n }, output: out, run });

export default defineScore({ id: "never", nodes: { found, good, kind, yes, bug, never, step, refund, follower }, output: optional(follower.output.n) });
