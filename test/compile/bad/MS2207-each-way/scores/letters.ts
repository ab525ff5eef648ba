import { branch, defineScore, derive, gte, isPresent, map, oneOf, optional, task, text } from "maestro-ts";
import { z } from "zod";

const out = z.object({ n: z.number(), names: z.array(z.string()).max(5) });
const run = () => ({ n: 1, names: [] });

const found = task({ output: out, run });
const good = branch(gte(found.output.n, 1));
const sent = task({ when: good.yes, output: out, run });
const words = text`${sent.output.n} sent`;

export default defineScore({
  id: "letters",
  nodes: { found, good, sent },
  output: { n: found.output.n, words: optional(words) },
  onError: (failure) => {
    const plain = task({ input: { n: found.output.n, again: found.output.names, step: failure.step }, output: out, run });
    const guarded = task({ input: { n: sent.output.n }, output: out, run });
    const said = task({ input: { text: text`${found.output.n} found`, twice: derive([found.output.n], (n) => n * 2) }, output: out, run });
    const outer = task({ input: { words }, output: out, run });
    const none = task({ input: { n: oneOf(sent.output.n, found.output.n) }, output: out, run });
    const each = map({
      over: found.output.names,
      maxItems: 5,
      each: (name) => {
        const one = task({ input: { name, n: sent.output.n }, output: out, run });
        return { nodes: { one }, output: { n: found.output.n, one: one.output.n } };
      },
    });
    // Right: they say what then.
    const maybe = task({ input: { n: optional(found.output.n), text: optional(text`${sent.output.n}`) }, output: out, run });
    const first = task({ input: { n: oneOf(sent.output.n, failure.code, 0) }, output: out, run });
    const asked = task({ when: isPresent(found.output), output: out, run });
    const own = task({ input: { n: plain.output.n }, output: out, run });
    return { nodes: { plain, guarded, said, outer, none, each, maybe, first, asked, own } };
  },
});
