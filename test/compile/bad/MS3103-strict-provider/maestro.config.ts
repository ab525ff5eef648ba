import { defineConfig } from "maestro-ts";

export default defineConfig({
  providers: { anthropic: {}, openai: {}, azure: { baseUrl: "https://models.example.com" } },
  models: { fast: "openai/gpt-5-mini" },
});
