import { defineConfig } from "maestro-ts";

export default defineConfig({ resources: { gpu: 2 } });
