import { agent, artifact, branch, defineScore, defineTask, eq, gte, http, input, loop, map, task, text } from "maestro-ts";
import { z } from "zod";
import { mail, writer } from "./lib/mail.ts";

const brief = input(z.object({ title: z.string(), count: z.number().default(1) }));

const publish = http({
  method: "POST",
  url: "https://blog.example.com/posts",
  body: { title: brief.title },
  response: z.object({ postId: z.number(), author: z.object({ name: z.string(), age: z.number() }) }),
});
// biome-ignore lint/suspicious/noExplicitAny: what types would say is kept from them
const loose = publish.output as any;

const told = task(mail, { input: { to: loose.author.name, body: loose.postId } });
const counted = task(mail, { input: { to: "a@example.com", body: brief.count as never } });
const written = agent(writer, { input: { n: text`${brief.title}` as never, tone: loose.author.name } });
const listed = task(mail, { input: { to: "a", body: "b", tags: written.output.notes as never } });
const whole = agent(writer, { input: loose.author });

const judge = defineTask({
  id: "judge",
  input: z.object({ value: z.object({ text: z.number() }) }),
  output: z.object({ score: z.number() }),
  run: () => ({ score: 1 }),
});
const kept = artifact({ name: "letter", value: written.output, gates: [{ by: judge as never, min: 0.5 }] });

const better = loop({
  state: z.object({ text: z.string(), score: z.number() }),
  start: { text: loose.postId, score: 0 },
  max: 3,
  each: (state) => {
    const next = task(mail, { input: { to: "a", body: state.score as never } });
    return {
      nodes: { next },
      next: { text: next.output.sentAt, score: next.output.sentAt as never },
      until: gte(state.score, 1),
    };
  },
});
const each = map({
  over: written.output.notes,
  maxItems: 3,
  each: (note) => task(mail, { input: { to: "a", body: note.line as never } }),
});
const known = branch(eq(loose.postId, "seven"));
const far = task(mail, { when: known.yes, input: { to: "a", body: "b" } });

export default defineScore({
  id: "publish",
  input: brief,
  nodes: { publish, told, counted, written, listed, whole, kept, better, each, known, far },
});
