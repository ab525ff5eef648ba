import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/long/**", "**/node_modules/**"],
    reporters: [["default", { summary: false }], "./test/plain-total.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
