import { agent, checkpoint, defineAgent, defineScore, defineTask, fallback, http, input, reconstruct, shell, task } from "maestro-ts";
import { z } from "zod";

const Letter = z.object({ text: z.string().min(1), tone: z.enum(["warm", "dry"]), words: z.int().optional() });
const writer = defineAgent({
  id: "writer",
  model: "anthropic/claude-sonnet",
  instructions: "You write.",
  input: z.object({ to: z.string() }),
  output: Letter,
});
const short = defineTask({
  id: "short",
  input: z.object({ to: z.string() }),
  output: z.object({ text: z.number(), tone: z.enum(["warm", "dry"]) }),
  run: () => ({ text: 1, tone: "dry" }) as const,
});
const letterOf = defineTask({
  id: "letter-of",
  input: z.object({ lines: z.array(z.string()) }),
  output: z.object({ text: z.string() }),
  run: ({ input }) => ({ text: input.lines.join("\n") }),
});

const brief = input(z.object({ to: z.string(), n: z.number() }));
const quick = task(short, { input: { to: brief.to } });
const byNode = agent(writer, { input: { to: brief.to }, onFailure: fallback(quick) as never });
const byValue = agent(writer, { input: { to: brief.to }, onFailure: fallback({ text: "", tone: "loud" }) as never });
const byLess = agent(writer, { input: { to: brief.to }, onFailure: fallback({ text: "x" }) as never });
const byReference = agent(writer, {
  input: { to: brief.to },
  onFailure: fallback({ text: brief.n, tone: "dry", more: 1 }) as never,
});
const built = agent(writer, {
  input: { to: brief.to },
  onFailure: reconstruct({ from: "log", with: letterOf }) as never,
});
const log = shell({ command: ["git", "log"], onFailure: fallback({ exitCode: "none" }) as never });
const fetched = http({
  url: "https://crm.example.com/leads",
  response: z.array(z.string()),
  onFailure: fallback("none") as never,
});
const asked = checkpoint({
  title: "Go on?",
  decision: z.object({ send: z.boolean() }),
  timeout: "1h",
  onTimeout: "reject",
  onFailure: fallback({ send: "no" }) as never,
});
const fine = agent(writer, { input: { to: brief.to }, onFailure: fallback({ text: "x", tone: "dry" }) });

export default defineScore({
  id: "fallbacks",
  input: brief,
  nodes: { quick, byNode, byValue, byLess, byReference, built, log, fetched, asked, fine },
});
