import { z } from "zod";
import { agent, defineAgent, defineScore } from "../../src/index.ts";
import type { ModelSettings } from "../../src/players/models/model-settings.ts";

const writer = defineAgent({
  id: "writer",
  model: "local/llama",
  instructions: "Write.",
  input: z.object({}),
  output: z.object({ letter: z.string() }),
  maxTokens: 100,
});
const letter = agent(writer, { input: {} });

const letters = { id: "letters", nodes: { letter }, output: letter.output };

/** One call, of a run that may cost a cent, and of one that may cost anything. */
export const SCORES = {
  "a cent": defineScore({ ...letters, budget: { perRunUsd: 0.01 } }),
  anything: defineScore(letters),
} as const;

export function modelsAt(baseUrl: string): ModelSettings {
  return {
    providers: { local: { baseUrl } },
    aliases: {},
    prices: { "local/llama": { input: 2, output: 10 } },
    variable: () => undefined,
    root: ".",
  };
}
