import { defineConfig } from "maestro-ts";

export default defineConfig({
  budget: { perDayUsd: "20" as never, perRunUsd: 1 } as never,
  prices: {
    "local/a": [
      { input: 1, output: 2, from: "2026-02-30" },
      { input: 1, output: 2 },
      { input: 3, output: 4 },
    ],
    "local/b": { input: -1, output: 1e9, source: 3 } as never,
  },
});
