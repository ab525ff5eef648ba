import { agent, defineScore } from "maestro-ts";
import writer from "../agents/writer.ts";

const letter = agent(writer, { input: {} });

export default defineScore({
  id: "letters",
  nodes: { letter },
  output: letter.output,
  budget: { perRunUsd: 0.5, perDayUsd: 5 },
});
