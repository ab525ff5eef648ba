import { defineScore, http } from "maestro-ts";
import { z } from "zod";

const leads = http({ url: "https://crm.example.com/leads", response: z.object({ id: z.string() }) });

export default defineScore({ id: "asking", nodes: { leads } });
