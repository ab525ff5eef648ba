import { defineConfig } from "maestro-ts";

// The configuration may: it is about this machine.
export default defineConfig({ store: { file: process.env.RUNS_FILE ?? "runs.db" } });
