/** Graphs as people write them, larger than most: a chain of 1,000, a map of 3-step bodies, 100 layers of 100 nodes. */
import { join } from "node:path";
import { z } from "zod";
import { openMaestro } from "../dist/embed.js";
import { defineScore, defineTask, input, map, task } from "../dist/index.js";
import { chainOf } from "./chain.mjs";

const Count = z.object({ n: z.number() });
const addOne = defineTask({
  id: "add-one",
  input: Count,
  output: Count,
  run: async ({ input }) => ({ n: input.n + 1 }),
});
const mix = defineTask({
  id: "mix",
  input: z.object({ a: z.number(), b: z.number() }),
  output: Count,
  run: async ({ input }) => ({ n: (input.a + input.b) % 1_000_003 }),
});
/** Steps of one run that may be under way at once; the floor has no limit. */
const concurrency = 1_000;

/** Every item is a chain of `length` steps. */
function bodiesOf(length) {
  const list = input(z.object({ items: z.array(z.number()) }));
  const bodies = map({
    over: list.items,
    maxItems: 100_000,
    each(item) {
      const nodes = {};
      let n = item;
      for (let i = 0; i < length; i++) {
        nodes[`s${i}`] = task(addOne, { input: { n } });
        n = nodes[`s${i}`].output.n;
      }
      return { nodes, output: n };
    },
  });
  return defineScore({ id: "bodies", input: list, nodes: { bodies }, output: bodies.output, concurrency });
}

/** `depth` layers of `width` nodes, each of which reads two of the layer before. */
function layersOf(width, depth) {
  const start = input(Count);
  const nodes = {};
  let layer = Array.from({ length: width }, () => start.n);
  for (let d = 0; d < depth; d++) {
    layer = layer.map((a, i) => {
      const node = task(mix, { input: { a, b: layer[(i + 1) % width] } });
      nodes[`l${d}x${i}`] = node;
      return node.output.n;
    });
  }
  return defineScore({ id: "layers", input: start, nodes, output: layer, concurrency });
}

const [deep, bodied, layered] = [chainOf(1_000), bodiesOf(3), layersOf(100, 100)];
const given = chainOf(1_000, { text: z.string() });
let maestro;

export async function init({ dir, durability }) {
  const scores = [deep, given, bodied, layered];
  maestro = await openMaestro({ scores, store: join(dir, "maestro.db"), durability });
}
export const run1000 = async (n) => (await maestro.run(deep, { n })).result;
export const run1000Given = async (n, text) => (await maestro.run(given, { n, text })).result;
export const bodies = async (n) =>
  (await maestro.run(bodied, { items: Array.from({ length: n }, (_, i) => i) })).result;
export const layers = async (n) => (await maestro.run(layered, { n })).result;
export const close = () => maestro.close();
