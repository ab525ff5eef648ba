import { defineConfig, env } from "maestro-ts";

export default defineConfig({
  http: { allowHosts: ["crm.example.com"] },
  providers: { anthropic: { apiKey: env("ANTHROPIC_API_KEY") }, openai: { apiKey: env("OPENAI_API_KEY") } },
});
