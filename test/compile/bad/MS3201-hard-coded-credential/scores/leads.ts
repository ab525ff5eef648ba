import { defineScore, http } from "maestro-ts";
import { z } from "zod";

const leads = http({
  url: "https://crm.example.com/leads",
  headers: { authorization: "Bearer 7Kq2vXw9RtZ4mLs8NbYc3HdF" },
  response: z.object({ leads: z.array(z.string()) }),
});

export default defineScore({ id: "leads", nodes: { leads }, output: leads.output });
