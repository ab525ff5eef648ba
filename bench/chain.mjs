/** The score that most cases play: steps in a row, each adding one. */
import { z } from "zod";
import { defineScore, defineTask, input, task } from "../dist/index.js";

const Count = z.object({ n: z.number() });
const addOne = defineTask({
  id: "add-one",
  input: Count,
  output: Count,
  run: async ({ input }) => ({ n: input.n + 1 }),
});

/** A score of `length` steps; `given` is what its runs are given besides a number. */
export function chainOf(length, given = {}) {
  const start = input(Count.extend(given));
  const nodes = {};
  let n = start.n;
  for (let i = 0; i < length; i++) {
    nodes[`s${i}`] = task(addOne, { input: { n } });
    n = nodes[`s${i}`].output.n;
  }
  return defineScore({
    id: ["chain", length, ...Object.keys(given)].join("-"),
    input: start,
    nodes,
    output: n,
  });
}

/** What a child process loads, as it does a deployment. */
export default chainOf(10);
