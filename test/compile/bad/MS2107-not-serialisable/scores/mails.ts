import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const mails = task({
  input: { since: new Date(2026, 0, 1) },
  output: z.number(),
  run: ({ input }) => input.since.getTime(),
});

export default defineScore({ id: "mails", nodes: { mails } });
