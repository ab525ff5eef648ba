import { all, branch, defineScore, defineTask, derive, eq, gte, includes, input, isPresent, map, not, oneOf, optional, switchOn, task, text } from "maestro-ts";
import { z } from "zod";

const Lead = z.object({ name: z.string(), mail: z.string().optional(), kind: z.enum(["new", "known", "lost"]) });
const findLeads = defineTask({
  id: "find-leads",
  input: z.object({ profile: z.string(), max: z.int().default(20), tags: z.array(z.string()).optional() }),
  output: z.object({ leads: z.array(Lead), quality: z.number(), kind: z.enum(["refund", "bug", "other"]), note: z.string().optional() }),
  run: async () => ({ leads: [], quality: 1, kind: "other" }),
});
const brief = input(z.object({ profile: z.string(), max: z.int().max(200).default(20), tags: z.array(z.string()).default([]) }));

const found = task(findLeads, { input: { profile: brief.profile, max: 3, tags: ["a", brief.profile] }, retry: { attempts: 3, backoff: "2s" } });
const good = branch(all(gte(found.output.quality, 0.8), not(eq(found.output.kind, "bug"))));
const kind = switchOn(found.output.kind);
const refund = task(findLeads, { when: kind.is("refund", "bug"), input: { profile: text`refund ${found.output.quality} ${brief.max}` } });
const other = task(findLeads, { when: kind.otherwise, after: [found], onSkip: "run", input: { profile: "x" } });
const leads = oneOf(refund.output.leads, other.output.leads);
const drafts = map({
  over: leads,
  maxItems: 50,
  concurrency: 4,
  each: (lead, index) =>
    task({
      input: { name: lead.name, index, mail: lead.mail, quality: found.output.quality },
      output: z.object({ letter: z.string() }),
      run: ({ input }) => ({ letter: input.name }),
    }),
});
const settled = map({
  over: leads,
  maxItems: 5,
  onItemError: "collect",
  when: good.yes,
  each: (lead) => {
    const first = task(findLeads, { input: { profile: lead.name } });
    const second = task({ input: { q: first.output.quality }, output: z.number(), run: ({ input }) => input.q });
    return { nodes: { first, second }, output: { lead, quality: second.output } };
  },
});
const letters = derive([drafts.output, optional(settled.output)], (drafted) => ({ text: drafted.map((d) => d.letter).join("\n"), names: [""] }));
const done = task({
  when: all(isPresent(found.output.note), includes(letters.names, "Ada"), good.yes),
  input: { text: letters.text, note: oneOf(found.output.note, "none") },
  output: z.object({ length: z.number() }),
  run: ({ input }) => ({ length: input.text.length }),
});

export default defineScore({
  id: "everything",
  title: "A bit of everything",
  input: brief,
  nodes: { found, good, kind, refund, other, drafts, settled, letters, done },
  output: { letters: drafts.output, length: optional(done.output.length) },
});
