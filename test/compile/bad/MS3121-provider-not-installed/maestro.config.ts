import { defineConfig, openaiCompatible } from "maestro-ts";

export default defineConfig({
  providers: {
    groq: {},
    local: openaiCompatible({ baseURL: "http://127.0.0.1:11434/v1" }),
    ours: { package: "@acme/models" },
    unused: {},
  },
  models: { fast: "ours/small" },
});
