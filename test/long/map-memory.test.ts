import { expect, test } from "vitest";
import { measureMap } from "../engine/measure-map.ts";

const SHAPES = ["one", "unread", "three", "nested"] as const;

test.each(SHAPES)("10,000 items with 10 KB a step are played, and resumed, in 80 MB: %s", async (shape) => {
  const used = await measureMap(shape, { items: 10_000, bytes: 10_240, heapMb: 80 });

  process.stderr.write(`${shape}: ${used.straight} bytes a step, resumed ${used.resumed}\n`);
  expect(used.straight).toBeLessThan(800);
  expect(used.resumed).toBeLessThan(1_600);
});
