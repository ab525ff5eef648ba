import { defineConfig } from "maestro-ts";

export default defineConfig({
  diagnostics: {
    MS1102: "warning",
    MS2006: "of" as "off",
    MS2009: "off",
    MS4006: "info",
    MS1103: "error",
  },
});
