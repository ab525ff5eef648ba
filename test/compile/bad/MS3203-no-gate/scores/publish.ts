import { agent, artifact, branch, checkpoint, defineAgent, defineScore, defineTask, derive, eq, http, input, map, shell, task, text } from "maestro-ts";
import { z } from "zod";

const brief = input(z.object({ topic: z.string() }));
const Post = z.object({ title: z.string(), body: z.string(), rank: z.int(), tone: z.enum(["warm", "dry"]) });
const writer = defineAgent({ id: "writer", model: "local/llama", instructions: "You write posts.", input: z.object({ topic: z.string() }), output: Post });
const judge = defineTask({ id: "judge", input: z.object({ value: Post }), output: z.object({ score: z.number() }), run: () => ({ score: 1 }) });
const response = z.object({ id: z.string() });
const timeout = "30s";

const draft = agent(writer, { input: { topic: brief.topic }, timeout });
const posted = http({ method: "POST", url: "https://blog.example.com/posts", body: { text: text`# ${draft.output.title}`, rank: draft.output.rank, tone: draft.output.tone }, response, timeout });
const looked = http({ url: text`https://blog.example.com/posts/${draft.output.title}`, response, timeout });
const searched = http({ url: "https://blog.example.com/posts", query: { q: draft.output.title }, response, timeout });
const page = shell({ command: ["publish", "--title", draft.output.title], env: { TONE: draft.output.tone, BODY: draft.output.body }, stdin: draft.output.body, timeout });
const short = shell({ command: ["publish"], stdin: derive([draft.output.body], (body) => body.slice(0, 80)), timeout });
const all = map({
  over: derive([draft.output], (post) => [post]),
  maxItems: 3,
  each: (post) => http({ method: "PUT", url: "https://blog.example.com/posts", body: post.body, response, timeout }),
});

// Somebody has looked: nothing is said.
const kept = artifact({ name: "post", value: draft.output, gates: [{ by: judge, min: 0.8 }] });
const gated = http({ method: "POST", url: "https://blog.example.com/posts", body: kept.output, response, timeout });
const tidy = task({ input: draft.output, output: z.string(), run: ({ input }) => input.body.trim() });
const tidied = http({ method: "POST", url: "https://blog.example.com/posts", body: tidy.output, response, timeout });
const review = checkpoint({ title: text`Post "${draft.output.title}"?`, show: { body: draft.output.body }, decision: z.object({ yes: z.boolean() }), timeout: "1d", onTimeout: "reject" });
const yes = branch(eq(review.output.yes, true));
const approved = http({ method: "POST", url: "https://blog.example.com/posts", when: yes.yes, body: { title: draft.output.title, text: text`${draft.output.body}!` }, response, timeout });
// It is a checkpoint of something else, or one that nobody waits for.
const more = agent(writer, { input: { topic: draft.output.title }, timeout });
const other = http({ method: "POST", url: "https://blog.example.com/posts", when: yes.yes, body: { title: draft.output.title, more: more.output.body }, response, timeout });
const plain = artifact({ name: "plain", value: more.output });
const ungated = http({ method: "POST", url: "https://blog.example.com/posts", body: plain.output.body, response, timeout });

export default defineScore({
  id: "publish",
  input: brief,
  nodes: { draft, posted, looked, searched, page, short, all, kept, gated, tidy, tidied, review, yes, approved, more, other, plain, ungated },
});
