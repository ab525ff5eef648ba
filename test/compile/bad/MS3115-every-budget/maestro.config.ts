import { defineConfig, openaiCompatible } from "maestro-ts";

export default defineConfig({
  providers: { local: openaiCompatible({ baseURL: "http://127.0.0.1:11434/v1" }) },
  models: { fast: "local/llama" },
  prices: { "local/priced": [{ input: 0, output: 0 }, { from: "2026-02-01", input: 1, output: 2 }] },
  budget: { perDayUsd: 20 },
});
