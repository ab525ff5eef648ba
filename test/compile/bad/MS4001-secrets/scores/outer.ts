import { defineScore, http, score, secret } from "maestro-ts";
import { z } from "zod";
import inner from "./inner.ts";

const played = score(inner, { input: {} });

export default defineScore({
  id: "outer",
  nodes: { played },
  onError: () => http({ method: "POST", url: "https://pager.example.com", headers: { key: secret("PAGER_KEY") }, response: z.unknown(), idempotent: true, timeout: "9s" }),
});
