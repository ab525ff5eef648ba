import { branch, defineScore, derive, eq, gte, input, map, optional, switchOn, task, text } from "maestro-ts";
import { z } from "zod";

const brief = input(z.object({ groups: z.array(z.object({ name: z.string(), people: z.array(z.object({ mail: z.string(), kind: z.enum(["old", "new"]) })) })).default([]) }));
const out = z.object({ n: z.number() });
const run = () => ({ n: 1 });

const top = task({ output: out, run });
const good = branch(gte(top.output.n, 1));
const settings = task({ when: good.yes, output: out, run });
// Inside a guarded map, what has the same guard outside is there.
const groups = map({
  over: brief.groups,
  maxItems: 10,
  when: good.yes,
  each: (group, index) => {
    const label = text`${group.name} ${index} ${settings.output.n}`;
    const people = map({
      over: group.people,
      maxItems: 100,
      each: (person) => {
        const kind = switchOn(person.kind);
        const fresh = task({ when: kind.is("new"), input: { mail: person.mail, label, n: settings.output.n }, output: out, run });
        const known = task({ when: kind.is("old"), input: { mail: person.mail }, output: out, run });
        const more = task({ when: eq(person.kind, "new"), input: { n: fresh.output.n }, output: out, run });
        return { nodes: { kind, fresh, known, more }, output: { mail: person.mail, fresh: optional(fresh.output.n) } };
      },
    });
    const count = derive([people.output], (list) => list.length);
    return { nodes: { people, count }, output: { count, mails: people.output } };
  },
});
const plain = map({ over: brief.groups, maxItems: 3, each: (group) => task({ input: { name: group.name, top: top.output.n }, output: out, run }) });
const first = task({ input: { n: plain.output[0].n }, output: out, run });

export default defineScore({ id: "maps", input: brief, nodes: { top, good, settings, groups, plain, first }, output: { plain: plain.output, groups: optional(groups.output) } });
