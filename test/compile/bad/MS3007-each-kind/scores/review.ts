import { checkpoint, defineScore } from "maestro-ts";
import { z } from "zod";

const ask = { title: "Send?", timeout: "24h", onTimeout: "reject" } as const;

const text = checkpoint({ ...ask, decision: z.string() });
const several = checkpoint({ ...ask, decision: z.union([z.object({ yes: z.boolean() }), z.object({ no: z.boolean() })]) });
const anything = checkpoint({ ...ask, decision: z.any() });
const record = checkpoint({ ...ask, decision: z.record(z.string(), z.string()) });
const fields = checkpoint({
  ...ask,
  decision: z.object({
    lines: z.array(z.object({ sku: z.string(), count: z.int() })),
    grid: z.array(z.array(z.number())),
    what: z.unknown(),
    many: z.array(z.any()),
    pair: z.tuple([z.string(), z.number()]),
    mixed: z.union([z.string(), z.number()]),
    nothing: z.null(),
    counts: z.record(z.string(), z.number()),
    address: z.object({
      street: z.string(),
      place: z.object({ lat: z.number(), lon: z.number() }),
    }),
  }),
});
const fine = checkpoint({
  ...ask,
  decision: z.object({
    send: z.boolean(),
    note: z.string().max(500).optional(),
    count: z.int().min(1).nullable(),
    price: z.number().default(1),
    tone: z.enum(["warm", "dry"]).nullable().optional(),
    size: z.union([z.literal(1), z.literal(2)]),
    on: z.iso.date(),
    at: z.iso.datetime(),
    tags: z.array(z.string()),
    tones: z.array(z.enum(["warm", "dry"])).max(2),
    address: z.object({ street: z.string(), tags: z.array(z.string()) }),
  }),
});
const acknowledged = checkpoint({ ...ask, decision: z.object({}) });

export default defineScore({ id: "review", nodes: { text, several, anything, record, fields, fine, acknowledged } });
