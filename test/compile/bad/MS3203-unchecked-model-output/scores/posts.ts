import { agent, defineAgent, defineScore, http } from "maestro-ts";
import { z } from "zod";

const writer = defineAgent({
  id: "writer",
  model: "local/llama",
  instructions: "You write short posts.",
  input: z.object({}),
  output: z.object({ text: z.string() }),
  maxTokens: 500,
});
const draft = agent(writer, { input: {}, timeout: "60s" });
const posted = http({
  method: "POST",
  url: "https://blog.example.com/posts",
  body: { text: draft.output.text },
  response: z.object({ id: z.string() }),
  idempotencyHeader: "Idempotency-Key",
  timeout: "30s",
});

export default defineScore({ id: "posts", nodes: { draft, posted } });
