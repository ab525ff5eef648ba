import {
  agent,
  artifact,
  branch,
  checkpoint,
  defineAgent,
  defineScore,
  defineTask,
  derive,
  eq,
  fallback,
  http,
  input,
  loop,
  map,
  oneOf,
  optional,
  score,
  secret,
  shell,
  switchOn,
  task,
  text,
} from "maestro-ts";
import { z } from "zod";
import reviewed from "./reviewed.ts";

// What comes from outside, from models and from secrets, where it may go.
const Kind = z.enum(["bug", "idea"]);
const Post = z.object({ title: z.string(), body: z.string().max(2_000), kind: Kind, rank: z.int(), slug: z.string().regex(/^[a-z0-9-]+$/) });
const brief = input(z.object({ topic: z.string(), mode: z.enum(["a", "b"]).optional(), day: z.iso.date(), id: z.uuid(), names: z.array(z.string()).max(9) }));
const limits = { timeout: "30s", retry: { attempts: 2 } } as const;
const send = { method: "POST", url: "https://blog.example.com/posts", idempotencyHeader: "Idempotency-Key", response: z.object({ id: z.string() }), ...limits } as const;
const writer = defineAgent({ id: "poster", model: "local/llama", instructions: "You write posts.", input: z.object({ topic: z.string() }), output: Post, maxTokens: 500, timeout: "30s" });
const judge = defineTask({ id: "post-judge", input: z.object({ value: Post }), output: z.object({ score: z.number().min(0).max(1) }), run: () => ({ score: 1 }) });

const draft = agent(writer, { input: { topic: brief.topic } });
const typed = shell({
  script: text`make ${oneOf(brief.mode, "a")} DAY=${brief.day} ID=${brief.id} RANK=${draft.output.rank} KIND=${draft.output.kind} SLUG=${draft.output.slug}`,
  idempotent: true,
  ...limits,
});
const count = shell({ script: text`echo ${typed.output.exitCode} ${derive([draft.output.rank], (rank) => rank + 1)}`, idempotent: true, ...limits });
const quoted = shell({ script: 'git log "$RANGE"', env: { RANGE: brief.topic }, stdin: typed.output.stdout, idempotent: true, ...limits });
const kind = switchOn(draft.output.kind);
const filed = http({ ...send, when: kind.is("bug"), body: { kind: kind.output, rank: draft.output.rank } });
const dropped = http({ ...send, when: kind.otherwise, body: { topic: brief.topic } });

const kept = artifact({ name: "post", value: draft.output, gates: [{ by: judge, min: 0.8 }], onFailure: fallback({ title: "", body: "", kind: "idea", rank: 0, slug: "none" }) });
const gated = http({ ...send, body: kept.output });
const posts = map({
  over: brief.names,
  maxItems: 9,
  concurrency: 2,
  onItemError: "collect",
  each: (name) => {
    const post = agent(writer, { input: { topic: name } });
    const ask = checkpoint({ title: text`Send ${post.output.title}?`, show: { post: post.output }, decision: z.object({ yes: z.boolean() }), assignee: "team", timeout: "1d", onTimeout: { decide: { yes: false } } });
    const yes = branch(eq(ask.output.yes, true));
    const sent = http({ ...send, when: yes.yes, body: { title: post.output.title, all: text`${post.output.body}!` } });
    return { nodes: { post, ask, yes, sent }, output: { post: post.output, sent: optional(sent.output.id) } };
  },
});
// Whoever has seen the list has seen what is in it.
const all = map({ over: brief.names, maxItems: 9, concurrency: 2, each: (name) => agent(writer, { input: { topic: name } }) });
const ask = checkpoint({ title: "Send all of them?", show: all.output, decision: z.object({ yes: z.boolean() }), assignee: "team", timeout: "1d", onTimeout: "reject" });
const yes = branch(eq(ask.output.yes, true));
const out = map({ over: all.output, maxItems: 9, concurrency: 2, when: yes.yes, each: (post) => http({ ...send, body: { title: post.title } }) });
const better = loop({
  state: z.object({ post: Post, file: z.string() }),
  start: { post: draft.output, file: "posts.md" },
  max: 3,
  onMax: "last",
  each: (state) => {
    const next = agent(writer, { input: { topic: state.post.title } });
    const saved = shell({ script: text`touch ${state.file}`, idempotent: true, ...limits });
    return { nodes: { next, saved }, next: { post: next.output, file: state.file }, until: eq(next.output.kind, "bug") };
  },
});
const file = shell({ script: text`cat ${better.output.file}`, idempotent: true, ...limits });
const tidy = task({ input: better.output.post, output: z.string(), run: ({ input }) => input.body });
const tidied = http({ ...send, body: tidy.output });
const asked = score(reviewed, { input: { topic: brief.topic }, timeout: "1d" });
const passed = http({ ...send, body: asked.output.title, headers: { key: text`Bearer ${oneOf(secret("BLOG_KEY"), "none")}` } });
// What this score was given has been seen, and what the other one was given stands here.
const look = checkpoint({ title: text`Go on with ${brief.topic}?`, decision: z.object({ yes: z.boolean() }), assignee: "team", timeout: "1d", onTimeout: "reject" });
const fixed = score(reviewed, { input: { topic: "birds" }, timeout: "1d" });
const seen = shell({ script: text`echo ${brief.topic} ${fixed.output.topic}`, after: [look], idempotent: true, ...limits });

export default defineScore({
  id: "trusted",
  input: brief,
  nodes: { draft, typed, count, quoted, kind, filed, dropped, kept, gated, posts, all, ask, yes, out, better, file, tidy, tidied, asked, passed, look, fixed, seen },
  output: { posts: posts.output },
});
