import { defineScore, http, secret } from "maestro-ts";
import { z } from "zod";

const asked = http({ url: "https://crm.example.com", query: { key: secret("CRM_KEY") }, response: z.array(z.string()), timeout: "9s" });

export default defineScore({ id: "plain", nodes: { asked }, output: asked.output });
