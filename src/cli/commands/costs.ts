import type { CostGroup } from "../../store/store.ts";
import { toColors } from "../../support/colors.ts";
import { toMs } from "../../support/duration.ts";
import { toShortCount, toUsd } from "../../support/money.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { Costs } from "../../views/costs.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";

const BAR = 24;

interface Options {
  readonly by: CostGroup;
  readonly since: string;
  readonly json?: boolean;
}

/** `maestro costs`: what models have cost, by score, agent, model or day. */
export async function run(io: Io, _args: string[], { by, since, json }: Options): Promise<ExitCode> {
  const from = toInstant(since);
  const settings = await loadSettings(io);
  const request = { op: "costs", by, since: from } as const;
  const found = await askStore(io, settings, { command: "maestro costs", request });
  if (json) io.write(`${JSON.stringify(found, null, 2)}\n`);
  else for (const line of toLines(found, since, io)) io.write(`${line}\n`);
  return EXIT.ok;
}

/** `7d` before now, or a date. */
function toInstant(since: string): number {
  const ms = toMs(since);
  if (ms !== undefined) return Date.now() - ms;
  const at = /^\d{4}-\d\d-\d\d/.test(since) ? Date.parse(since) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new UsageError(`--since ${since} is neither a time such as 7d or 24h nor a date such as 2026-01-31.`);
}

function* toLines({ groups, total }: Costs, since: string, io: Io): Generator<string> {
  const c = toColors(io.hasColor);
  if (groups.length === 0) {
    yield `no model was asked since ${since}`;
    return;
  }
  const width = Math.max(...groups.map(({ name }) => toVisible(name).length));
  const most = Math.max(...groups.map(({ microUsd }) => microUsd));
  const mostTokens = Math.max(...groups.map((one) => one.inputTokens + one.outputTokens));
  for (const group of groups) {
    const tokens = group.inputTokens + group.outputTokens;
    // Where nothing has a price, the bars compare tokens.
    const share = most > 0 ? group.microUsd / most : tokens / Math.max(1, mostTokens);
    const bar = "█".repeat(Math.round(share * BAR)).padEnd(BAR);
    const price = group.unpriced === group.calls ? "?" : toUsd(group.microUsd);
    const facts = `${toShortCount(tokens)} tokens, ${group.calls} ${group.calls === 1 ? "call" : "calls"}`;
    yield `${toVisible(group.name).padEnd(width)}  ${c.cyan(bar)}  ${price.padStart(8)}  ${c.dim(facts)}`;
  }
  yield `${"together".padEnd(width)}  ${" ".repeat(BAR)}  ${toUsd(total.microUsd).padStart(8)}`;
  if (total.unpriced > 0)
    yield `${c.yellow("!")} ${total.unpriced} ${total.unpriced === 1 ? "call is" : "calls are"} of a model whose price is unknown: say it under \`prices\` in maestro.config.ts`;
}
