import { agent, defineScore, input } from "maestro-ts";
import { z } from "zod";
import writer from "../agents/writer.ts";

const brief = input(z.object({ company: z.string() }));

const letter = agent(writer, { input: { company: brief.company } });

export default defineScore({ id: "letters", input: brief, nodes: { letter }, output: letter.output.letter });
