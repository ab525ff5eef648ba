import { branch, defineScore, eq, input, loop, map, score, task, wait } from "maestro-ts";
import { z } from "zod";
import nap from "./nap.ts";

const brief = input(z.object({ fast: z.boolean() }));
const Turn = z.object({ n: z.number() });
const first = task({ output: Turn, run: () => ({ n: 1 }) });
const list = task({ output: z.array(z.string()), run: () => [] });
const hour = wait({ for: "1h", after: [first] });
// One turn at the least.
const turns = loop({
  state: Turn,
  start: first.output,
  max: 3,
  each: (state) => {
    const pause = wait({ for: "30m" });
    return { nodes: { pause }, next: { n: state.n }, until: eq(state.n, 3) };
  },
});
const beside = wait({ for: "20m" });
const slept = score(nap, { input: {}, after: [hour, turns] });
// None of these is sure to be waited for.
const fast = branch(eq(brief.fast, true));
const maybe = wait({ for: "5d", when: fast.no });
const some = map({ over: list.output, maxItems: 3, each: () => wait({ for: "3d" }) });

export default defineScore({ id: "slow", input: brief, nodes: { first, list, hour, turns, beside, slept, fast, maybe, some } });
