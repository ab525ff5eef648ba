import { defineConfig } from "maestro-ts";

export default defineConfig({ providers: { anthropic: {} }, http: { allowHosts: ["crm.example.com"] } });
