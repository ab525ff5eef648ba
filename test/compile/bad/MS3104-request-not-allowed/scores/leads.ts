import { defineScore, http } from "maestro-ts";
import { z } from "zod";

const leads = http({
  url: "https://crm.exmaple.com/leads",
  response: z.object({ leads: z.array(z.string()) }),
});

export default defineScore({ id: "leads", nodes: { leads }, output: leads.output });
