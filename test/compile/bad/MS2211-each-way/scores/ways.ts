import { branch, defineScore, eq, fallback, map, task, text } from "maestro-ts";
import { z } from "zod";

const out = z.string();
const run = () => "text";
const judge = task({ phase: "none", output: out, run });
const late = task({ phase: "review", output: out, run });
const good = branch(eq(late.output, "good"));
const guarded = task({ phase: "draft", when: good.yes, output: out, run });
const ordered = task({ phase: "draft", after: [late], output: out, run });
const spare = task({ phase: "review", output: out, run });
const spared = task({ phase: "draft", output: out, run, onFailure: fallback(spare) });
const through = task({ phase: "draft", input: { text: text`Dear ${late.output}` }, output: out, run });
const again = task({ phase: "draft", input: { text: ordered.output }, output: out, run });
const each = map({
  phase: "draft",
  over: [1, 2],
  maxItems: 2,
  each: () => task({ phase: "draft", input: { text: late.output }, output: out, run }),
});

export default defineScore({
  id: "ways",
  phases: ["draft", "review"],
  nodes: { late, good, guarded, ordered, spare, spared, through, again, each, judge },
  output: { all: [ordered.output, spared.output, through.output, again.output, each.output, judge.output] },
});
