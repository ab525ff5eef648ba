import { defineConfig } from "vitest/config";

/**
 * They change what others would see (modules, globals, on which store tests of the store are played), or measure the memory of
 * their process.
 */
const APART = [
  "test/cli/graph-command.test.ts",
  "test/compile/reload/watch-files.test.ts",
  "test/engine/simulated.test.ts",
  "test/players/http-limits.test.ts",
  "test/players/shell.test.ts",
  "test/sim/*.test.ts",
  "test/store/over-memory.test.ts",
];

export default defineConfig({
  test: {
    globalSetup: "./test/fresh-build.ts",
    // Most tests wait for processes that they start: on two cores, Vitest's own choice would be one file at a time.
    maxWorkers: 3,
    reporters: [["default", { summary: false }], "./test/plain-total.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes late on a machine that has other work.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ["test/long/**", "**/node_modules/**", ...APART],
          // Files share a worker one after the other, and what it has loaded: half of the time of the small ones was loading.
          isolate: false,
        },
      },
      { extends: true, test: { name: "apart", include: APART } },
    ],
  },
});
