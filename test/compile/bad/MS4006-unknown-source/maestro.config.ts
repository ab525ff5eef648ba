import { defineConfig } from "maestro-ts";

export default defineConfig({
  providers: { anthropic: { key: "x" } as never, local: { baseURL: "http://127.0.0.1:11434/v1" } as never },
  mcp: { github: { command: ["github-mcp"], tool: ["search"] } as never },
  http: { hosts: ["crm.example.com"] } as never,
});
