import { defineConfig } from "maestro-ts";

export default defineConfig({ http: { allowHosts: ["crm.example.com", "crm.example.com:8080", "*.example.org"] } });
