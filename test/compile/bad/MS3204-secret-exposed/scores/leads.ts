import { defineScore, secret, task } from "maestro-ts";
import { z } from "zod";

const leads = task({
  input: { key: secret("CRM_KEY") },
  output: z.object({ count: z.number() }),
  run: async ({ input }) => ({ count: input.key.length }),
});

export default defineScore({ id: "leads", nodes: { leads } });
