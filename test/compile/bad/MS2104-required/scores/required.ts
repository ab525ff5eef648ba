import { agent, defineAgent, defineScore, defineTask, input, score, task } from "maestro-ts";
import { z } from "zod";
import below from "./below.ts";

const send = defineTask({
  id: "send",
  input: z.object({ to: z.string(), body: z.string(), from: z.object({ name: z.string() }).optional(), retries: z.int().default(3), extra: z.unknown() }),
  output: z.object({ to: z.string(), id: z.string() }),
  run: ({ input }) => ({ to: input.to, id: "1" }),
});
const writer = defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: "You write.",
  input: z.object({ topic: z.string() }),
  output: z.object({ body: z.string() }),
});

const brief = input(z.object({ to: z.string() }));
const one = task(send, { input: { to: brief.to } as never });
const none = task(send, { input: {} as never });
const absent = task(send, {} as never);
const inner = task(send, { input: { to: "a", body: "b", from: {} as never, extra: 1 } });
const referred = task(send, { input: one.output as never });
const asked = agent(writer, { input: {} as never });
const played = score(below, { input: {} as never });

export default defineScore({ id: "required", input: brief, nodes: { one, none, absent, inner, referred, asked, played } });
