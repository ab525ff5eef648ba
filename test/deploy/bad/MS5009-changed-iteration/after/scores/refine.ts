import { checkpoint, defineScore, eq, loop } from "maestro-ts";
import { z } from "zod";

const refined = loop({
  start: { rounds: 0, note: "" },
  state: z.object({ rounds: z.int(), note: z.string() }),
  max: 3,
  each: (state) => {
    const good = checkpoint({
      title: "Good?",
      show: state.rounds,
      decision: z.object({ rounds: z.int() }),
      timeout: "24h",
      onTimeout: "reject",
    });
    return {
      nodes: { good },
      next: { rounds: good.output.rounds, note: "again" },
      until: eq(good.output.rounds, 1),
    };
  },
});

export default defineScore({ id: "refine", nodes: { refined }, output: refined.output });
