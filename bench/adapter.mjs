/**
 * Maestro as one of several systems under one driver: every call is a whole durable run through `maestro-ts/embed`.
 * Needs `npm run build`.
 */
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// As `maestro` does it: the second start of a program reads compiled code.
enableCompileCache();
const { z } = await import("zod");
const { openMaestro } = await import("../dist/embed.js");
const { defineScore, input, map, task } = await import("../dist/index.js");
const { chainOf } = await import("./chain.mjs");

const list = input(z.object({ items: z.array(z.number()) }));
const doubled = map({
  over: list.items,
  maxItems: 100_000,
  each: (item) => task({ input: { item }, output: z.number(), run: async ({ input }) => input.item * 2 }),
});
const fan = defineScore({
  id: "fan",
  input: list,
  nodes: { doubled },
  output: doubled.output,
  concurrency: 1_000,
});
const [one, ten, long] = [chainOf(1), chainOf(10), chainOf(200)];
let maestro;

async function play(score, given) {
  const run = await maestro.run(score, given);
  return run.result;
}

export async function init({ dir, durability }) {
  maestro = await openMaestro({ scores: [one, ten, long, fan], store: join(dir, "maestro.db"), durability });
}
export const run1 = (n) => play(one, { n });
export const run10 = (n) => play(ten, { n });
export const run200 = (n) => play(long, { n });
export const fanout = (n) => play(fan, { items: Array.from({ length: n }, (_, i) => i) });
export const close = () => maestro.close();
