import { defineConfig } from "maestro-ts";

export default defineConfig({ players: { max: 0, memoryMb: 1.5, env: "HTTPS_PROXY" as never } });
