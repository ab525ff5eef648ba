import { defineConfig } from "maestro-ts";

export default defineConfig({});
