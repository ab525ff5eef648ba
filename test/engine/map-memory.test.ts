import { expect, test } from "vitest";
import { measureMap } from "./measure-map.ts";

const WIDE = { items: 1_000, bytes: 2_048, heapMb: 64 };

// The other shapes, and larger ones, are in the long tests.
test("a map in a map keeps no body and no output of a step in memory that is over, also when it is resumed", async () => {
  const { straight, resumed } = await measureMap("nested", WIDE);

  expect(straight).toBeLessThan(800);
  // That the step is over, and under which key, is known from the journal.
  expect(resumed).toBeLessThan(1_600);
});
