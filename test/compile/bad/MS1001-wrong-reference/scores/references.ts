import { branch, defineScore, eq, gte, input, map, task } from "maestro-ts";
import { z } from "zod";
import { findLeads } from "./lib/leads.ts";

const start = input(z.object({ profile: z.string(), n: z.number() }));
const found = task(findLeads, { input: { profile: start.n } });
const noted = task(findLeads, { input: { profile: found.output.note } });
const tagged = task(findLeads, { input: { profile: "x", tags: [start.n] } });
const whole = task(findLeads, { input: { profile: found } });
const good = branch(gte(found.output.quality, "high"));
const bug = branch(eq(found.output.kind, "bgu"));
const guarded = task(findLeads, { when: found.output.quality, input: { profile: "x" } });
const mapped = map({ over: start.profile, maxItems: 3, each: () => task(findLeads, { input: { profile: "x" } }) });

export default defineScore({
  id: "references",
  input: start,
  nodes: { found, noted, tagged, whole, good, bug, guarded, mapped },
});
