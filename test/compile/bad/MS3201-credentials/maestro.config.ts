import { defineConfig } from "maestro-ts";

export default defineConfig({
  providers: { anthropic: { apiKey: "sk-ant-api03-pYlSXpfKtHF4vUCsMehGAkWvj7FAc9QeWJKY40uv" as never } },
  mcp: { github: { command: ["github-mcp", "--token", "ghp_u8jzPde0IgxLd6GncfBAepfJBd0Kh8oOOL8d"] }, files: { url: "https://mcp.example.com" } },
  http: { allowHosts: ["crm.example.com"] },
});
