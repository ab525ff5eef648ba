import { all, branch, checkpoint, defineScore, gte, optional, switchOn, task } from "maestro-ts";
import { z } from "zod";

const out = z.object({ n: z.number(), kind: z.enum(["a", "b"]) });
const run = () => ({ n: 1, kind: "a" as const });

const found = task({ output: out, run });
const good = branch(gte(found.output.n, 1));
const kind = switchOn(found.output.kind);
const sent = task({ when: good.yes, output: out, run });
// Skipped with it, without saying so.
const told = task({ after: [sent], output: out, run });
const shaky = task({ onFailure: "skip", output: out, run });
const review = checkpoint({ title: "Send?", decision: z.object({ send: z.boolean() }), assignee: "sales", timeout: "1h", onTimeout: "skip" });
const afterBoth = task({ after: [shaky, review], output: out, run });
const a = task({ when: kind.is("a"), output: out, run });
const afterCase = task({ when: kind.is("a", "b"), after: [a], output: out, run });
const optionally = task({ after: [sent], input: { n: optional(sent.output.n) }, output: out, run });
// Follows from the first.
const archived = task({ after: [told], output: out, run });
// Right: guarded the same way, or more; it reads it; or it says what to do.
const same = task({ when: good.yes, after: [sent], output: out, run });
const more = task({ when: all(good.yes, kind.is("a")), after: [sent, a], output: out, run });
const reads = task({ after: [sent], input: { n: sent.output.n }, output: out, run });
const anyway = task({ after: [sent], onSkip: "run", output: out, run });

export default defineScore({
  id: "letters",
  nodes: { found, good, kind, sent, told, shaky, review, afterBoth, a, afterCase, optionally, archived, same, more, reads, anyway },
  output: { kind: found.output.kind },
});
