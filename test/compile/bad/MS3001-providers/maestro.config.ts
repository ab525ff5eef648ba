import { defineConfig, openaiCompatible } from "maestro-ts";

export default defineConfig({
  providers: {
    groq: { package: 7 as never, options: ["eu"] as never, concurrency: 0 },
    local: openaiCompatible({ name: "ollama", baseURL: "127.0.0.1:11434/v1", requestsPerMinute: 1.5 }),
    near: openaiCompatible({ tokensPerMinute: -1 } as never),
    far: { baseURL: "https://models.example.com/v1" } as never,
    old: { baseUrl: "https://models.example.com/v1" } as never,
  },
});
