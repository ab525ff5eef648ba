import { defineConfig, openaiCompatible } from "maestro-ts";

export default defineConfig({
  providers: { local: openaiCompatible({ baseURL: "http://127.0.0.1:11434/v1" }) },
});
