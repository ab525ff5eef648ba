import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const KEEP_HEAP_LEAN = fileURLToPath(new URL("../../src/cli/keep-heap-lean.ts", import.meta.url));

/** In a process of its own: the heap's flags are of a whole process. */
const PROGRAM = `
  import { getHeapSpaceStatistics } from "node:v8";
  const { keepHeapLean } = await import(${JSON.stringify(KEEP_HEAP_LEAN)});
  const youngMegabytes = () =>
    getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size / 2 ** 20;
  const kept = [];
  const work = () => {
    for (let i = 0; i < 200; i++) {
      kept.push(Array.from({ length: 3_000 }, (_, n) => ({ n, text: "x" + n })));
      if (kept.length > 40) kept.shift();
    }
  };
  work();
  const before = youngMegabytes();
  keepHeapLean({ isOldLean: true });
  const told = youngMegabytes();
  work();
  console.log(JSON.stringify({ before, told, after: youngMegabytes() }));
`;

test("a heap that has grown is made small at once when many calls of models are about to be made, and stays so", () => {
  const args = [
    "--max-semi-space-size=32",
    "--experimental-strip-types",
    "--no-warnings",
    "--input-type=module",
    "--eval",
    PROGRAM,
  ];

  const { before, told, after } = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));

  expect(before).toBeGreaterThan(8);
  expect(told).toBeLessThanOrEqual(8);
  expect(after).toBeLessThanOrEqual(8);
});
