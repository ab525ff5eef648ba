import { defineScore, derive, input, task } from "maestro-ts";
import { z } from "zod";
import { findLeads } from "./lib/leads.ts";

const start = input(z.object({ profile: z.string() }));
const found = task(findLeads, { input: { profile: start.profil } });
const letter = task({
  input: { leads: found.output.leads },
  output: z.string(),
  run: ({ input }) => `Dear ${input.leads[0]!.nmae}`,
});
const shouted = derive([found.output.quality], (quality) => quality.toUpper());

export default defineScore({ id: "fields", input: start, nodes: { found, letter, shouted } });
