import { defineConfig, env, openaiCompatible } from "maestro-ts";

export default defineConfig({
  providers: {
    openai: openaiCompatible({ baseURL: "https://api.openai.com/v1", apiKey: env("OPENAI_API_KEY") }),
  },
  models: { small: "openai/gpt-5-mini", large: "openai/gpt-5" },
  prices: {
    "openai/gpt-5-mini": { input: 0.25, cachedInput: 0.025, output: 2 },
    "openai/gpt-5": { input: 1.25, cachedInput: 0.125, output: 10 },
  },
});
