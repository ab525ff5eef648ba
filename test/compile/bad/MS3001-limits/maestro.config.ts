import { defineConfig } from "maestro-ts";

export default defineConfig({ resources: { gpu: 0, "two words": 1, cpu: 4 }, limits: { tags: ["crm"] as never }, retention: { runs: "2y" as never, failed: "400d" } });
