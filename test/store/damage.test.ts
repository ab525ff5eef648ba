import { expect, test } from "vitest";
import { runDamage } from "./run-damage.ts";

test("a store that was damaged is refused unchanged, or tells it, or gives what its file says: it never ends the process", async () => {
  const { problems, ...sum } = await runDamage({ first: 0, count: 30 });

  expect(problems).toEqual([]);
  expect(sum.refused).toBeGreaterThan(10);
  expect(sum.told + sum.refused + sum.same + sum.unseen).toBe(60);
});
