import { defineConfig } from "maestro-ts";

export default defineConfig({ store: { path: "x.db" } as never });
