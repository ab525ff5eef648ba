import { defineConfig } from "maestro-ts";

export default defineConfig({ store: { durability: "paranoid" as "power" } });
