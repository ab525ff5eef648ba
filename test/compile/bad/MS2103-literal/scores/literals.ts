import { checkpoint, defineScore, defineTask, input, loop, eq, task } from "maestro-ts";
import { z } from "zod";

const Limits = z.object({ limit: z.int().min(1).max(200), share: z.number().gt(0).lt(1), step: z.number().multipleOf(5) });
const search = defineTask({
  id: "search",
  input: z.object({
    name: z.string().min(2).max(10).optional(),
    mail: z.email().optional(),
    site: z.url().optional(),
    id: z.uuid().optional(),
    at: z.iso.datetime().optional(),
    code: z.string().regex(/^[A-Z]{3}$/).optional(),
    kind: z.enum(["bug", "refund"]).optional(),
    level: z.literal(3).optional(),
    limits: Limits.partial().optional(),
    tags: z.array(z.string().min(1)).min(1).max(2).optional(),
    pair: z.tuple([z.string(), z.number()]).optional(),
    exact: z.strictObject({ a: z.string().optional() }).optional(),
    by: z.record(z.string(), z.number()).optional(),
    way: z.discriminatedUnion("is", [z.object({ is: z.literal("mail"), to: z.email() }), z.object({ is: z.literal("none") })]).optional(),
    note: z.union([z.string().max(3), z.null()]).optional(),
    loose: z.coerce.number().optional(),
    trimmed: z.string().trim().max(3).optional(),
    flagged: z.string().regex(/^[a-z]+$/i).optional(),
  }),
  output: z.object({ ok: z.boolean() }),
  run: () => ({ ok: true }),
});

const brief = input(z.object({ name: z.string() }));
const fine = task(search, {
  input: { limits: { limit: 1, share: 0.5, step: 10 }, mail: "a@b.co", loose: "7" as never, trimmed: "  abc  ", flagged: "ABC", note: null },
});
const numbers = task(search, { input: { limits: { limit: 0, share: 1, step: 7 } } });
const texts = task(search, {
  input: { name: "x", mail: "nobody", site: "not a url", id: "1234", at: "tomorrow", code: "ab" },
});
const choices = task(search, { input: { kind: "bgu" as never, level: 4 as never, pair: ["a", "b"] as never } });
const lists = task(search, { input: { tags: ["a", "", "c"], exact: { b: "x" } as never, by: { n: "1" } as never } });
const unions = task(search, { input: { way: { is: "mail", to: "nobody" }, note: "four" } });
const mixed = task(search, { input: { name: brief.name, limits: { limit: 500 }, way: { is: "mial" } as never } });
const asked = checkpoint({
  title: "Go on?",
  decision: z.object({ send: z.boolean(), note: z.string().max(5) }),
  timeout: "1h",
  onTimeout: { decide: { send: "no", note: "too long" } as never },
});
const turned = loop({
  state: Limits,
  start: { limit: 0, share: 0.5, step: 5 },
  max: 2,
  each: (state) => {
    const again = task(search, { input: { limits: state } });
    return { nodes: { again }, next: { limit: 1, share: 0.1, step: 1 }, until: eq(again.output.ok, true) };
  },
});

export default defineScore({
  id: "literals",
  input: brief,
  nodes: { fine, numbers, texts, choices, lists, unions, mixed, asked, turned },
});
