import type { CompiledOrchestra } from "../compilation.ts";
import type { Change } from "./change.ts";
import { compareFacts } from "./compare-facts.ts";
import { ExprText } from "./expr-text.ts";
import { type Fact, leavesOf } from "./node-facts.ts";

/** Everything that differs between two states of one orchestra. */
export function compareOrchestras(before: CompiledOrchestra, after: CompiledOrchestra): Change[] {
  return compareFacts(undefined, factsOf(before), factsOf(after));
}

function factsOf({ name, score, schedule, secrets, input }: CompiledOrchestra): Map<string, Fact> {
  const facts = new Map<string, Fact>();
  if (name !== undefined) facts.set("name", { aspect: "title", text: JSON.stringify(name) });
  if (score !== undefined) facts.set("plays", { aspect: "definition", text: score });
  if (schedule) {
    facts.set("schedule.cron", { aspect: "schedule", text: JSON.stringify(schedule.cron) });
    facts.set("schedule.timezone", { aspect: "schedule", text: schedule.timezone });
    if (schedule.overlap !== undefined)
      facts.set("schedule.overlap", { aspect: "schedule", text: JSON.stringify(schedule.overlap) });
  }
  for (const [secret, variable] of Object.entries(secrets ?? {}))
    facts.set(`secrets.${secret}`, { aspect: "secret", text: `env(${JSON.stringify(variable)})` });
  const nowhere = { body: { nodes: {}, output: NOTHING }, prefix: "", parent: undefined };
  for (const [path, text] of leavesOf({ is: "literal", value: input }, "input", nowhere, new ExprText()))
    if (path !== "input") facts.set(path, { aspect: "binding", text });
  return facts;
}

const NOTHING = { is: "literal", value: null } as const;
