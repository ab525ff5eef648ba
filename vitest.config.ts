import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "./test/fresh-build.ts",
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["test/long/**", "**/node_modules/**"],
    // Most tests wait for processes that they start: on two cores, Vitest's own choice would be one file at a time.
    maxWorkers: 3,
    // Files share a worker one after the other, and what it has loaded: half of the time of the small ones was loading.
    isolate: false,
    reporters: [["default", { summary: false }], "./test/plain-total.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes late on a machine that has other work.
    expect: { poll: { timeout: 20_000 } },
  },
});
