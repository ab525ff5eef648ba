import { defineScore, task } from "maestro-ts";
import { z } from "zod";

function fill(list: number[]): number[] {
  while (list.length >= 0) {
    list[0] = 1;
  }
  return list;
}
const work = task({ input: { list: fill([]) }, output: z.number(), run: () => 1 });

export default defineScore({ id: "endless", nodes: { work } });
