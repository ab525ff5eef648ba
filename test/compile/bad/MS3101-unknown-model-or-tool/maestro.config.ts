import { defineConfig, openaiCompatible } from "maestro-ts";

export default defineConfig({
  providers: { anthropic: {}, local: openaiCompatible({ baseURL: "http://127.0.0.1:11434/v1", models: ["llama", "mistral"] }) },
  mcp: { github: { command: ["github-mcp"], tools: ["search"] } },
});
