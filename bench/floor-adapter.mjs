/** The floor behind the same door as `adapter.mjs`. */
import { join } from "node:path";
import { openFloor } from "./floor.mjs";

const addOne = async (n) => n + 1;
const double = async (n) => n * 2;
const mix = async ({ a, b }) => (a + b) % 1_000_003;
const [one, three, ten, long, deep] = [1, 3, 10, 200, 1_000].map((length) => Array(length).fill(addOne));
let floor;

export function init({ dir, durability }) {
  floor = openFloor({ file: join(dir, "floor.db"), durability });
}
export const run1 = (n) => floor.chain(one, n);
export const run10 = (n) => floor.chain(ten, n);
export const run200 = (n) => floor.chain(long, n);
export const run1000 = (n) => floor.chain(deep, n);
export const run1000Given = (n, text) => floor.chain(deep, n, text);
export const bodies = (n) =>
  floor.bodies(
    three,
    Array.from({ length: n }, (_, i) => i),
  );
export const layers = (n) => floor.layers(mix, { width: 100, depth: 100 }, n);
export const fanout = (n) =>
  floor.fan(
    double,
    Array.from({ length: n }, (_, i) => i),
  );
export const close = () => floor.close();
