import { defineConfig, env } from "maestro-ts";

export default defineConfig({
  providers: { anthropic: { apiKey: env("ANTHROPIC_API_KEY") } },
});
