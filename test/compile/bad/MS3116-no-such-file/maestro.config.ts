import { defineConfig } from "maestro-ts";

export default defineConfig({ prices: "costs/prices.json" });
