import { defineConfig } from "maestro-ts";

export default defineConfig({ http: { allowHosts: ["localhost:3000"], allowPrivate: true } });
