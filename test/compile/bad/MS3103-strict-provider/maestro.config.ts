import { defineConfig, openaiCompatible } from "maestro-ts";

export default defineConfig({
  providers: { anthropic: {}, openai: {}, azure: openaiCompatible({ baseURL: "https://models.example.com" }) },
  models: { fast: "openai/gpt-5-mini" },
});
