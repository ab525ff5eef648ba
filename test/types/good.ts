// Compiles without an error: what authors may write.
import { z } from "zod";
import {
  all,
  branch,
  defineAgent,
  defineOrchestra,
  defineScore,
  defineTask,
  derive,
  eq,
  gte,
  includes,
  input,
  isPresent,
  map,
  not,
  oneOf,
  optional,
  switchOn,
  task,
  text,
} from "../../src/index.ts";

const Lead = z.object({
  name: z.string(),
  mail: z.string().optional(),
  kind: z.enum(["new", "known", "lost"]),
});

export const findLeads = defineTask({
  id: "find-leads",
  input: z.object({ profile: z.string(), max: z.int().default(20), tags: z.array(z.string()).optional() }),
  output: z.object({
    leads: z.array(Lead),
    quality: z.number(),
    kind: z.enum(["refund", "bug", "other"]),
    note: z.string().optional(),
  }),
  run: async ({ input, log }) => {
    log(`looking for ${input.max} leads`);
    return { leads: [], quality: 1, kind: "other" };
  },
});

export const brief = input(
  z.object({ profile: z.string(), max: z.int().max(200).default(20), tags: z.array(z.string()).default([]) }),
);

const found = task(findLeads, {
  input: { profile: brief.profile, max: 3, tags: ["a", brief.profile] },
  retry: { attempts: 3, backoff: "2s" },
});
const whole = task(findLeads, { input: brief, timeout: "30s" });
const good = branch(all(gte(found.output.quality, 0.8), not(eq(found.output.kind, "bug"))));
const kind = switchOn(found.output.kind);
const refund = task(findLeads, {
  when: kind.is("refund", "bug"),
  input: { profile: text`refund ${found.output.quality} ${brief.max}` },
});
const other = task(findLeads, {
  when: kind.otherwise,
  after: [found],
  onSkip: "run",
  input: { profile: "x" },
  onFailure: "skip",
});
const leads = oneOf(refund.output.leads, other.output.leads);
const drafts = map({
  over: leads,
  maxItems: 50,
  concurrency: 4,
  each: (lead, index) =>
    task({
      input: { name: lead.name, index, mail: lead.mail },
      output: z.object({ letter: z.string() }),
      run: ({ input }) => ({
        letter: `${input.index}: ${input.name.toUpperCase()} ${input.mail?.length ?? 0}`,
      }),
    }),
});
const settled = map({
  over: leads,
  maxItems: 5,
  onItemError: "collect",
  when: good.yes,
  each: (lead) => {
    const first = task(findLeads, { input: { profile: lead.name } });
    const second = task({
      input: { q: first.output.quality },
      output: z.number(),
      run: ({ input }) => input.q,
    });
    return { nodes: { first, second }, output: { lead, quality: second.output } };
  },
});
const letters = derive([drafts.output, optional(settled.output)], (all, some) => {
  const names: string[] = (some ?? []).flatMap((one) => (one.status === "ok" ? [one.value.lead.name] : []));
  return { text: all.map((d) => d.letter).join("\n"), names };
});
const done = task({
  when: all(isPresent(found.output.note), includes(letters.names, "Ada"), good.yes),
  input: { text: letters.text, note: oneOf(found.output.note, "none") },
  output: z.object({ length: z.number() }),
  run: ({ input }) => ({ length: input.text.length + input.note.length }),
});

/** Any JSON: it can be passed on, and has no fields to count on. */
const anything = task({ input: {}, output: z.json(), run: () => ({ a: [1] }) });
export const passedOn = task({
  input: { all: anything.output },
  output: z.json(),
  run: ({ input }) => input.all,
});

const score = defineScore({
  id: "good",
  input: brief,
  nodes: { found, whole, good, kind, refund, other, drafts, settled, letters, done },
  output: { letters: drafts.output, length: optional(done.output.length) },
});
export default score;

export const writer = defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: (input) => `You write letters to ${input.lead.name} from ${input.from}.`,
  input: z.object({ lead: Lead, from: z.string().default("us") }),
  output: z.object({ letter: z.string() }),
});

export const weekly = defineOrchestra({
  id: "weekly",
  plays: score,
  input: { profile: "founders" },
  schedule: { cron: "0 9 * * 1-5", timezone: "Europe/Berlin" },
});

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type OutputOf<S> = S extends { readonly [K in never]: unknown }
  ? S extends import("../../src/index.ts").Score<never, infer O>
    ? O
    : never
  : never;
export const outputIsExact: Equal<
  OutputOf<typeof score>,
  { letters: { letter: string }[]; length: number | undefined }
> = true;
