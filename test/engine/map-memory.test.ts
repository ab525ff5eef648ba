import { expect, test } from "vitest";
import { measureMap } from "./measure-map.ts";

const WIDE = { items: 2_500, bytes: 2_048, heapMb: 64 };

test("a map in a map keeps no body and no output of a step in memory that is over, also when it is resumed", async () => {
  const { straight, resumed } = await measureMap("nested", WIDE);

  expect(straight).toBeLessThan(800);
  // That the step is over, and under which key, is known from the journal.
  expect(resumed).toBeLessThan(1_600);
});

test("a map whose output nobody reads keeps none of it", async () => {
  const { straight, resumed } = await measureMap("unread", WIDE);

  expect(straight).toBeLessThan(800);
  expect(resumed).toBeLessThan(1_600);
});
