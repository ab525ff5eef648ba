import {
  agent,
  artifact,
  branch,
  checkpoint,
  defineAgent,
  defineScore,
  defineTask,
  defineTool,
  eq,
  fallback,
  gte,
  http,
  input,
  loop,
  map,
  oneOf,
  optional,
  reconstruct,
  score,
  secret,
  shell,
  task,
  text,
  wait,
} from "maestro-ts";
import { z } from "zod";
import letters from "./diamond.ts";

const Lead = z.object({ company: z.string(), url: z.url() });
const Draft = z.object({ text: z.string(), tone: z.enum(["warm", "dry"]) });

const lookUp = defineTool({
  name: "look_up",
  description: "Facts about a company",
  input: z.object({ company: z.string() }),
  run: ({ input }) => ({ found: input.company }),
});
const writer = defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  fallback: ["fast", "local/llama"],
  instructions: (input) => `You write short letters to ${input.lead.company}.`,
  input: z.object({ lead: Lead }),
  output: Draft,
  tools: [lookUp, "github/search"],
  temperature: 0.2,
  maxTurns: 4,
  maxTokens: 2_000,
  budget: { perCallUsd: 0.02 },
  timeout: "2m",
});
const quick = defineAgent({
  id: "quick",
  model: "fast",
  instructions: "You write one sentence.",
  input: z.object({ lead: Lead }),
  output: Draft,
  maxTokens: 500,
  timeout: "30s",
});
const judge = defineTask({
  id: "judge",
  input: z.object({ value: Draft }),
  output: z.object({ score: z.number().min(0).max(1), why: z.string().optional() }),
  run: ({ input }) => ({ score: input.value.text === "" ? 0 : 1 }),
});
const outlineOf = defineTask({
  id: "outline-of",
  input: Draft,
  output: z.object({ points: z.array(z.string()).max(20) }),
  run: ({ input }) => ({ points: [input.text] }),
});
const book = defineTask({
  id: "book",
  input: z.object({ receipt: z.string() }),
  output: z.object({ ok: z.boolean() }),
  secrets: ["LEDGER_KEY"],
  run: ({ input, secrets }) => ({ ok: secrets.LEDGER_KEY !== input.receipt }),
});

const brief = input(z.object({ profile: z.string(), repository: z.string().default("letters") }));

const leads = http({
  url: "https://crm.example.com/leads",
  query: { profile: brief.profile },
  headers: { authorization: text`Bearer ${secret("CRM_KEY")}` },
  response: z.object({ leads: z.array(Lead).max(20) }),
  retry: { attempts: 3, backoff: "2s" },
  timeout: "30s",
  importance: "critical",
});
const log = shell({ command: ["git", "-C", brief.repository, "log", "--oneline"], timeout: "10s", onFailure: "skip" });
const outline = task({
  input: { profile: brief.profile },
  output: z.object({ points: z.array(z.string()).max(20) }),
  run: ({ input }) => ({ points: [input.profile] }),
  onFailure: reconstruct({ from: "best", with: outlineOf }),
});
const drafts = map({
  over: leads.output.leads,
  maxItems: 20,
  concurrency: 4,
  each: (lead, index) => {
    const short = agent(quick, { input: { lead } });
    const draft = agent(writer, { input: { lead }, timeout: "60s", onFailure: fallback(short) });
    const kept = artifact({
      name: text`letter-${index}`,
      value: draft.output,
      gates: [{ by: judge, min: 0.8, onFail: "retry" }],
      retry: { attempts: 3 },
    });
    return { nodes: { short, draft, kept }, output: kept.output };
  },
});
const best = loop({
  state: Draft,
  start: { text: text`${drafts.output[0]!.text}`, tone: "warm" },
  max: 4,
  onMax: "last",
  each: (state, turn) => {
    const better = task({
      input: { text: state.text, turn, points: outline.output.points },
      output: z.object({ text: z.string(), score: z.number() }),
      run: ({ input }) => ({ text: input.text, score: input.turn }),
    });
    return {
      nodes: { better },
      next: { text: better.output.text, tone: "dry" },
      until: gte(better.output.score, 0.9),
    };
  },
});
const pause = wait({ for: "2h", after: [best] });
const review = checkpoint({
  title: text`Send ${drafts.output[0]!.text}?`,
  show: { drafts: drafts.output, best: best.output, log: optional(log.output.stdout) },
  decision: z.object({ send: z.boolean(), note: z.string().optional() }),
  assignee: "sales",
  timeout: "24h",
  onTimeout: "reject",
  after: [pause],
});
const approved = branch(eq(review.output.send, true));
const sent = score(letters, { when: approved.yes, input: {}, timeout: "1h" });
const receipt = http({
  method: "POST",
  url: text`https://crm.example.com/receipts`,
  when: approved.yes,
  body: { text: best.output.text, at: pause.output },
  response: z.object({ id: z.string() }),
  idempotencyHeader: "Idempotency-Key",
  retry: { attempts: 2 },
  onFailure: fallback({ id: "none" }),
});
const booked = task(book, { when: approved.yes, input: { receipt: receipt.output.id }, retry: "never" });

export default defineScore({
  id: "kinds",
  input: brief,
  nodes: { leads, log, outline, drafts, best, pause, review, approved, sent, receipt, booked },
  output: { drafts: drafts.output, sent: oneOf(sent.output, "nothing"), booked: optional(booked.output.ok) },
  timeout: "7d",
  onError: (failure) =>
    task({
      input: { text: text`${failure.step}: ${failure.message}`, lead: optional(leads.output.leads[0]!) },
      output: z.object({ ok: z.boolean() }),
      run: ({ input }) => ({ ok: input.text !== "" }),
    }),
});
