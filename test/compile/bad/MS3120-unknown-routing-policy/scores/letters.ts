import { agent, defineScore, input, map } from "maestro-ts";
import { z } from "zod";
import writer from "../agents/writer.ts";

const brief = input(z.object({ companies: z.array(z.string()).max(9) }));

const first = agent(writer, { routing: "nights", input: { company: "Acme" } });
const letters = map({
  over: brief.companies,
  maxItems: 9,
  each: (company) => agent(writer, { routing: "economi", input: { company } }),
});

export default defineScore({
  id: "letters",
  routing: "best",
  input: brief,
  nodes: { first, letters },
  output: { first: first.output.letter, letters: letters.output },
});
