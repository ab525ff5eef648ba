import { expect, test } from "vitest";
import { runFuzz } from "./fuzz/run-fuzz.ts";

test("whatever is changed in a definition, it is compiled or told about: no crash, no hang, no stack", async () => {
  expect(await runFuzz({ count: 600, seed: 1 })).toEqual([]);
});
