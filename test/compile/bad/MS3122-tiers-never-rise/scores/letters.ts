import { agent, artifact, defineScore, defineTask, text } from "maestro-ts";
import { z } from "zod";
import writer from "../agents/writer.ts";

const judge = defineTask({
  id: "judge",
  input: z.object({ value: z.string() }),
  output: z.object({ score: z.number() }),
  run: ({ input }) => ({ score: input.value.length > 10 ? 1 : 0 }),
});

const taken = agent(writer, { input: { company: "Acme" } });
const tried = agent(writer, { input: { company: "Acme" }, retry: { attempts: 2 } });
const judged = agent(writer, { input: { company: "Acme" } });
const kept = artifact({
  name: "letter",
  value: text`${judged.output.letter}!`,
  gates: [{ by: judge, min: 0.5, onFail: "escalate" }],
  retry: { attempts: 2 },
});

export default defineScore({
  id: "letters",
  nodes: { taken, tried, judged, kept },
  output: { taken: taken.output.letter, tried: tried.output.letter, kept: kept.output },
});
