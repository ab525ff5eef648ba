import { branch, defineScore, defineTask, input, isPresent, oneOf, optional, shell, task } from "maestro-ts";
import { z } from "zod";

const find = defineTask({
  id: "find",
  input: z.object({ q: z.string() }),
  output: z.object({
    note: z.string().optional(),
    link: z.string().nullable(),
    lead: z.object({ name: z.string() }).optional(),
    whole: z.object({ a: z.string().optional(), b: z.string() }),
    names: z.array(z.string()),
  }),
  run: () => ({ link: null, whole: { b: "b" }, names: [] }),
});
const show = defineTask({
  id: "show",
  input: z.object({ text: z.string(), whole: z.object({ a: z.string() }).optional(), note: z.string().optional() }),
  output: z.object({ ok: z.boolean() }),
  run: () => ({ ok: true }),
});

const brief = input(z.object({ q: z.string(), hint: z.string().optional(), size: z.string().default("m") }));
const found = task(find, { input: { q: brief.q } });
const missing = task(show, { input: { text: found.output.note as never } });
const empty = task(show, { input: { text: found.output.link as never } });
const deeper = task(show, { input: { text: found.output.lead.name as never } });
const first = task(show, { input: { text: found.output.names[0] as never } });
const within = task(show, { input: { text: "x", whole: found.output.whole as never } });
const hinted = task(show, { input: { text: brief.hint as never } });
const log = shell({ command: ["git", "log"], onFailure: "skip" });
const read = task(show, { input: { text: optional(log.output.stdout) as never } });

const has = branch(isPresent(found.output.note));
const guarded = task(show, { when: has.yes, input: { text: found.output.note as never } });
const chosen = task(show, { input: { text: oneOf(found.output.note, "none") as never, note: found.output.note } });
const sized = task(show, { input: { text: brief.size } });

export default defineScore({
  id: "optional",
  input: brief,
  nodes: { found, missing, empty, deeper, first, within, hinted, log, read, has, guarded, chosen, sized },
});
