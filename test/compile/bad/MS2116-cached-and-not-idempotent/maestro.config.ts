import { defineConfig } from "maestro-ts";

export default defineConfig({ http: { allowHosts: ["crm.example.com"] } });
