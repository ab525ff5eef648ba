import { defineScore, task } from "maestro-ts";
import { z } from "zod";
import { Counter, limits } from "./lib/counter.ts";

enum Tone {
  Dry = "dry",
}
import most = limits.most;

namespace Kinds {
  export type Kind = "a" | "b";
}
declare enum Elsewhere {
  A = "a",
}
const kinds: readonly (Kinds.Kind | Elsewhere)[] = ["a", "b"];
const first = <string>kinds[0];

const work = task({ output: z.number(), run: () => new Counter(most).next() });

export default defineScore({ id: "old-ways", title: Tone.Dry + first, nodes: { work }, output: { n: work.output } });
