import { defineTask } from "maestro-ts";
import { z } from "zod";

export const book = defineTask({
  id: "book",
  input: z.object({ id: z.string(), note: z.string() }),
  output: z.object({ ok: z.boolean() }),
  run: async ({ input }) => {
    const answer = await fetch("https://crm.example.com/book", {
      headers: { authorization: "Bearer SwMFLZDe1f8rESQedUStPKR0CsTy" },
      body: input.id,
    });
    return { ok: answer.ok };
  },
});
