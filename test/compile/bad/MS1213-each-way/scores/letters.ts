import { branch, defineScore, derive, eq, gte, input, loop, map, oneOf, switchOn, task as step, text } from "maestro-ts";
import * as maestro from "maestro-ts";
import { z } from "zod";
import { tone } from "./lib/tone.ts";

const out = z.object({ ok: z.boolean(), n: z.number(), note: z.string().optional(), kind: z.enum(["bug", "idea"]) });
const run = () => ({ ok: true, n: 1, kind: "bug" as const });
const brief = input(z.object({ name: z.string(), quick: z.boolean(), names: z.array(z.string()).max(9) }));

const found = step({ output: out, run });
const other = maestro.task({ output: out, run });
const good = branch(gte(found.output.n, 1));
const kind = switchOn(found.output.kind);
const words = text`${found.output.n} found`;
const { ok, n: count } = found.output;
const note = found.output.note;

let picked = other;
if (found.output.ok) picked = found;
if (!found.output.ok || good.yes) picked = other;
while (brief.quick) break;
const way = good.no ? found : other;
const tail = (found.output as { ok: unknown }).ok && other.output;
const named = brief.name || "nobody";
const noted = note ?? "none";
const bugs = kind.is("bug") ? [found] : [];
const many = gte(found.output.n, 3) ? "many" : "few";
const taken = ok ? count : brief.names[0];
const wordy = words ? "words" : "";
const whole = other ? 1 : 2;
const isBug = found.output.kind === "bug";
const isIdea = ("idea") !== maestro.oneOf(found.output.kind, "bug");
for (let i = 0; found.output.ok && i < 3; i++) picked = other;

const letters = map({
  over: brief.names,
  maxItems: 9,
  each: (name, index) => {
    const greeting = name ? text`Dear ${name}` : text`Hello`;
    return step({ input: { greeting, first: index ? 1 : 0 }, output: out, run: ({ input }) => ({ ok: input.first === 1, n: 1, kind: "bug" as const }) });
  },
});
const polished = loop({
  state: out,
  start: { ok: false, n: 0, kind: "bug" },
  max: 3,
  each(state) {
    const again = step({ input: { n: state.ok ? 1 : 2 }, output: out, run });
    return { nodes: { again }, next: again.output, until: eq(again.output.ok, true) };
  },
});
// Here the names stand for values, or the value is decided while the score runs.
const plain = derive([found.output], (found) => (found.ok ? found.n : (found.note ?? 0)));
const inTask = step({
  input: { good: good.output, found: found.output },
  output: out,
  run: ({ input: { good, found }, attempt }) => {
    if (good && !found.ok && attempt === 1) return found;
    for (const note of [found.note]) if (note) return { ...found, note };
    const words = found.note || "none";
    return words ? found : { ...found, ok: found.kind === "bug" };
  },
});
const count2 = ((brief: { names?: string[] }) => (brief.names ? brief.names.length : 0))({});
let maybe: typeof found | undefined;
for (const one of [found, other]) maybe = maybe ? maybe : one;
const first = oneOf(found.output.note, "none");

export default defineScore({
  id: "letters",
  input: brief,
  nodes: { found, other, good, kind, letters, polished, inTask, sent: step({ when: good.yes, input: { a: tail, c: count2, t: tone }, output: out, run }) },
  output: { words, first, plain, tail, way: way.output.n, picked: picked.output.n, taken, many, named, noted, wordy, whole, isBug, isIdea, bugs: bugs.length, kind: kind.output },
  onError: (failure) => step({ input: { why: failure.code ? "a code" : "none" }, output: out, run }),
});
