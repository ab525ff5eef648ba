import { artifact, branch, defineScore, defineTask, derive, fallback, gt, http, map, oneOf, optional, shell, task, text, wait } from "maestro-ts";
import { z } from "zod";

const judge = defineTask({ id: "judge", input: z.object({ value: z.any() }), output: z.object({ score: z.number() }), run: () => ({ score: 0 }) });
const gates = [{ by: judge, min: 0.8, onFail: "escalate" }] as const;
const retry = { attempts: 3 } as const;
const make = () => task({ output: z.string(), run: () => "Dear Ada" });

// Nothing could be played again: a wait, a map, and what stands outside of the map.
const pause = wait({ for: "1s" });
const waited = artifact({ name: "waited", value: pause.output, gates, retry });
const outer = make();
const items = task({ output: z.array(z.string()).max(3), run: () => [] });
const each = map({
  over: items.output,
  maxItems: 3,
  each: (item, index) => artifact({ name: text`item-${index}`, value: text`${outer.output} ${item}`, gates, retry }),
});
const whole = artifact({ name: "whole", value: each.output, gates, retry });

// What must not be done twice.
const posted = http({ url: "https://crm.example.com/letters", method: "POST", response: z.string() });
const sent = artifact({ name: "sent", value: posted.output, gates, retry });
const ran = shell({ command: ["make", "letter"] });
const built = artifact({ name: "built", value: ran.output.stdout, gates, retry });

// Fine: through what is computed, with readers of its own, a stand-in, and a query.
const asked = http({ url: "https://crm.example.com/letters", response: z.string() });
const told = artifact({ name: "told", value: asked.output, gates, retry });
const draft = make();
const short = derive([draft.output], (value) => value.slice(0, 8));
const spare = task({ input: { text: optional(draft.output) }, output: z.string(), run: () => "plain" });
const kept = artifact({ name: "kept", value: oneOf(text`${short}`, "none"), gates, retry, onFailure: fallback(spare) });
const copied = task({ input: { text: short }, output: z.string(), run: ({ input }) => input.text });

const plain = make();
const risky = task({ output: z.string(), run: () => "Dear Ada", onFailure: fallback(plain) });
const backed = artifact({ name: "backed", value: risky.output, gates, retry });

// Circles: by what stands in, which is skipped only afterwards; by a guard, by a value that another one has made of it, and by a second artifact.
const short2 = make();
const bold = task({ output: z.string(), run: () => "Dear Ada", onFailure: fallback(short2) });
const either = artifact({ name: "either", value: text`${bold.output} ${optional(short2.output)}`, gates, retry });
const number = task({ output: z.number(), run: () => 1 });
const large = branch(gt(number.output, 3));
const guarded = artifact({ name: "guarded", value: number.output, when: large.yes, gates, retry });
const first = make();
const second = task({ input: { text: first.output }, output: z.string(), run: ({ input }) => input.text });
const both = artifact({ name: "both", value: text`${first.output} ${second.output}`, gates, retry });

export default defineScore({
  id: "letters",
  nodes: { pause, waited, outer, items, each, whole, posted, sent, ran, built, asked, told, draft, spare, kept, copied, plain, risky, backed, short2, bold, either, number, large, guarded, first, second, both },
  output: [waited.output, whole.output, sent.output, built.output, told.output, kept.output, copied.output, backed.output, either.output, optional(guarded.output), both.output],
});
