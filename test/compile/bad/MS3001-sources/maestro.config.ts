import { defineConfig, openaiCompatible } from "maestro-ts";

export default defineConfig({
  providers: {
    anthropic: { apiKey: "ANTHROPIC_API_KEY" as never },
    local: openaiCompatible({ baseURL: "127.0.0.1:11434/v1", models: "llama" as never }),
    "my/own": {},
    other: true as never,
  },
  models: { fast: 3 as never },
  telemetry: { endpoint: "localhost:4318", prompts: "no" as never, headers: { a: 3 as never } },
  mcp: {
    odd: {
      command: ["odd-mcp"],
      env: { A: 3 as never },
      headers: "Bearer" as never,
      allowPrivate: "yes" as never,
      timeout: "soon" as "1s",
    },
    remote: { url: "https://mcp.example.com", env: { A: "b" } },
    both: { command: ["github-mcp"], url: "https://mcp.example.com" },
    neither: {},
    github: { command: "github-mcp --stdio" as never, tools: [""] },
    files: { url: "ftp://files.example.com" },
  },
  http: { allowPrivate: "yes" as never, allowHosts: ["https://crm.example.com", "crm.example.com/leads", "*.*.example.com", "*", "crm.example.com:8080", "[2001:db8::1]:443"] },
});
