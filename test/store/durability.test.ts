import { describe, expect, test } from "vitest";
import { leftOf, MIGRATIONS, newFile, open, openWithRun, startChild } from "./workbench.ts";

describe.each(["process", "power"])("durability %s", (durability) => {
  test("a step acknowledged right before kill -9 is there afterwards", async () => {
    for (let round = 1; round <= 3; round++) {
      const file = newFile();
      await (await openWithRun(file)).close();
      const child = startChild("write-and-tell", [file, MIGRATIONS, durability]);
      const acknowledged: string[] = [];

      while (acknowledged.length < round * 70) acknowledged.push(await child.line());
      child.kill();
      await child.ended;

      const store = await open(leftOf(file));
      const keys = (await store.stepsOf("run_1")).map(({ key }) => key);
      expect(keys.slice(0, acknowledged.length)).toEqual(acknowledged);
    }
  });
});
