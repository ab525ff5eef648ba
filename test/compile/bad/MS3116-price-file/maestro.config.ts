import { defineConfig } from "maestro-ts";

export default defineConfig({ prices: "prices.json" });
