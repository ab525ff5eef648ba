import { checkpoint, defineScore, input, map, task } from "maestro-ts";
import { z } from "zod";
import { findLeads } from "./lib/leads.ts";

const start = input(z.object({ n: z.number() }));
const found = task(findLeads, { input: { max: start.n } });
const each = map({ over: found.output.leads, each: (lead) => task(findLeads, { input: { profile: lead.name } }) });
const asked = checkpoint({ title: "Send them?", decision: z.object({ send: z.boolean() }) });

export default defineScore({ id: "missing", input: start, nodes: { found, each, asked } });
