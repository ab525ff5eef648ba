import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "./test/fresh-build.ts",
    include: ["test/long/**/*.test.ts"],
    reporters: [["default", { summary: false }], "./test/plain-total.ts"],
    testTimeout: 1_800_000,
  },
});
