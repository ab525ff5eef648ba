import { defineConfig } from "maestro-ts";

export default defineConfig({
  providers: { groq: {} },
  models: {
    fast: "groq/llama",
    production: { minBadge: "sliver" as never, maxAge: "a month" as never },
    staging: { minBadge: "bronze" },
  },
});
