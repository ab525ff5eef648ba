import { defineScore, defineTask, input, switchOn, task, text, wait } from "maestro-ts";
import { z } from "zod";

const Kind = z.enum(["bug", "refund", "other"]);
const send = defineTask({
  id: "send",
  input: z.object({
    to: z.email().optional(),
    site: z.url().optional(),
    id: z.uuid().optional(),
    code: z.string().regex(/^[A-Z]{3}$/).optional(),
    name: z.string().min(1).optional(),
    short: z.string().max(80).optional(),
    count: z.int().optional(),
    share: z.number().min(0).max(1).optional(),
    kind: z.enum(["bug", "refund"]).optional(),
    tags: z.array(z.string()).max(5).optional(),
    lead: z.object({ mail: z.email() }).optional(),
    at: z.iso.datetime().optional(),
  }),
  output: z.object({ ok: z.boolean() }),
  run: () => ({ ok: true }),
});

const brief = input(
  z.object({ text: z.string(), n: z.number(), mail: z.email(), kind: Kind, tags: z.array(z.string()), lead: z.object({ mail: z.string() }) }),
);
const forms = task(send, { input: { to: brief.text, site: brief.text, id: brief.text, code: brief.text, at: brief.text } });
const limits = task(send, { input: { name: brief.text, short: brief.text, count: brief.n, share: brief.n, tags: brief.tags } });
const narrower = task(send, { input: { kind: brief.kind as never, lead: brief.lead } });

const pause = wait({ for: "1h" });
const fine = task(send, { input: { to: brief.mail, site: text`https://example.com/${brief.text}`, at: pause.output } });
const kind = switchOn(brief.kind);
const guarded = task(send, { when: kind.is("bug", "refund"), input: { kind: brief.kind as never } });
const rest = task(send, { when: kind.otherwise, input: {} });

export default defineScore({ id: "doubtful", input: brief, nodes: { forms, limits, narrower, pause, fine, kind, guarded, rest } });
