import { defineScore, http, secret } from "maestro-ts";
import { z } from "zod";

const found = http({
  url: "https://crm.example.com/leads",
  headers: { "x-key": secret("CRM_KEY") },
  response: z.array(z.string()),
  timeout: "30s",
});

export default defineScore({ id: "leads", nodes: { found }, output: found.output });
