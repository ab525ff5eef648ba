import { defineConfig } from "maestro-ts";

const diagnostics = { MS22O2: "off", "unused-node": "off" } as const;

export default defineConfig({ diagnostics } as never);
