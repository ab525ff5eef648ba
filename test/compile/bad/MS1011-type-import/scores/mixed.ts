import { defineScore, task } from "maestro-ts";
import { z } from "zod";
import { Tone, tones } from "./lib/tone.ts";

const tone: Tone = tones[0];
const work = task({ output: z.string(), run: () => tone });

export default defineScore({ id: "mixed", nodes: { work }, output: { tone: work.output } });
