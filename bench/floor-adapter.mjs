/** The floor behind the same door as `adapter.mjs`. */
import { join } from "node:path";
import { openFloor } from "./floor.mjs";

const addOne = async (n) => n + 1;
const double = async (n) => n * 2;
const [one, ten, long] = [1, 10, 200].map((length) => Array(length).fill(addOne));
let floor;

export function init({ dir, durability }) {
  floor = openFloor({ file: join(dir, "floor.db"), durability });
}
export const run1 = (n) => floor.chain(one, n);
export const run10 = (n) => floor.chain(ten, n);
export const run200 = (n) => floor.chain(long, n);
export const fanout = (n) =>
  floor.fan(
    double,
    Array.from({ length: n }, (_, i) => i),
  );
export const close = () => floor.close();
