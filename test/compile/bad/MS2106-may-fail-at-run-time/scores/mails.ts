import { defineScore, defineTask, input, task } from "maestro-ts";
import { z } from "zod";

const sendMail = defineTask({
  id: "send-mail",
  input: z.object({ to: z.email() }),
  output: z.object({ id: z.string() }),
  run: () => ({ id: "1" }),
});
const brief = input(z.object({ mail: z.string() }));
const sent = task(sendMail, { input: { to: brief.mail } });

export default defineScore({ id: "mails", input: brief, nodes: { sent } });
