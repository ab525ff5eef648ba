import { defineScore, defineTask, task } from "maestro-ts";
import { z } from "zod";

const sendMail = defineTask({
  id: "send-mail",
  input: z.object({ to: z.string() }),
  output: z.object({ id: z.string() }),
  run: () => ({ id: "1" }),
});
const lead = task({
  input: {},
  output: z.object({ name: z.string(), mail: z.string().optional() }),
  run: () => ({ name: "Ada" }),
});
const sent = task(sendMail, { input: { to: lead.output.mail as never } });

export default defineScore({ id: "mails", nodes: { lead, sent } });
