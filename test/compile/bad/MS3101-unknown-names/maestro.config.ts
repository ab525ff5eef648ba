import { defineConfig, openaiCompatible } from "maestro-ts";

export default defineConfig({
  providers: { anthropic: {}, local: openaiCompatible({ baseURL: "http://127.0.0.1:11434/v1", models: ["llama", "mistral"] }) },
  models: { fast: "anthropic/claude-haiku", small: "locl/llama", none: "llama" },
  mcp: { github: { command: ["github-mcp"], tools: ["search", "issues"] }, files: { url: "https://mcp.example.com" } },
});
