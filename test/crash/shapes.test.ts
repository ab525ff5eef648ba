import { afterAll, beforeAll, expect, test } from "vitest";
import { CrashHall, killShape, playStraight, SHAPES } from "./run-shapes.ts";

let hall: CrashHall;
beforeAll(async () => {
  hall = await CrashHall.open();
});
afterAll(() => hall.close());

// Every write of every shape is a kill in the long tests; here another one of each shape.
test.each(Object.keys(SHAPES).map((shape, i) => [shape, i] as const))(
  "a run of the shape %s that is killed comes to the same end, and repeats only what was under way",
  async (shape, i) => {
    const straight = await playStraight(hall, shape);
    const at = 2 + ((i * 5) % (straight.writes - 2));

    const { killed } = await killShape(hall, shape, {
      kill: `${i % 2 ? "before" : "after"}:${at}`,
      straight,
    });

    expect(killed).toBe(true);
  },
);
