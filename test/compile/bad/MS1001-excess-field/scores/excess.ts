import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";
import { findLeads } from "./lib/leads.ts";

const start = input(z.object({ profile: z.string() }));
const found = task(findLeads, { input: { profile: start.profile, mx: 3 } });
const again = task(findLeads, { input: { profile: start.profile, verbose: true } });

export default defineScore({ id: "excess", input: start, nodes: { found, again } });
