import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: [
    "./src/store/schema.ts",
    "./src/store/ledger-schema.ts",
    "./src/store/orchestra-schema.ts",
    "./src/store/learning-schema.ts",
    "./src/store/model-schema.ts",
  ],
  out: "./migrations",
  breakpoints: true,
});
