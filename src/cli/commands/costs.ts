import type { CostGroup } from "../../store/store.ts";
import { toColors } from "../../support/colors.ts";
import { toShortCount, toUsd } from "../../support/money.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { Costs } from "../../views/costs.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { readInstant } from "../read-instant.ts";
import { writeLine } from "../write-line.ts";

const BAR = 24;

interface Options {
  readonly by: CostGroup;
  readonly since: string;
  readonly json?: boolean;
}

/** `maestro costs`: what models have cost, by score, orchestra, agent, model or day. */
export async function run(io: Io, _args: string[], { by, since, json }: Options): Promise<ExitCode> {
  const from = readInstant(since, "--since");
  const settings = await loadSettings(io);
  const request = { op: "costs", by, since: from } as const;
  const found = await askStore(io, settings, { command: "maestro costs", request });
  if (json) io.write(`${JSON.stringify(found, null, 2)}\n`);
  else for (const line of toLines(found, since, io)) writeLine(io, line);
  return EXIT.ok;
}

function* toLines({ by, groups: found, total }: Costs, since: string, io: Io): Generator<string> {
  const c = toColors(io.hasColor);
  if (found.length === 0) {
    yield `no model was asked since ${since}`;
    return;
  }
  const groups = by === "day" ? withEmptyDays(found) : found;
  const nameOf = ({ name }: Group) => (name === "" ? "(none)" : toVisible(name));
  const width = Math.max("together".length, ...groups.map((group) => nameOf(group).length));
  const most = Math.max(...groups.map(({ microUsd }) => microUsd));
  const mostTokens = Math.max(...groups.map((one) => one.inputTokens + one.outputTokens));
  for (const group of groups) {
    // Where nothing has a price, the bars compare tokens.
    const share = most > 0 ? group.microUsd / most : tokensOf(group) / Math.max(1, mostTokens);
    const bar = toBar(share);
    yield `${nameOf(group).padEnd(width)}  ${c.cyan(bar)}  ${priceOf(group).padStart(8)}  ${c.dim(factsOf(group))}`;
  }
  yield `${"together".padEnd(width)}  ${" ".repeat(BAR)}  ${toUsd(total.microUsd).padStart(8)}`;
  if (total.unpriced > 0)
    yield `${c.yellow("!")} ${counted(total.unpriced)} ${total.unpriced === 1 ? "is" : "are"} of a model whose price is unknown: say it under \`prices\` in maestro.config.ts, or with maestro prices set`;
}

type Group = Costs["groups"][number];
type Sums = Costs["total"];

/** In eighths of a character: a day that cost a little is seen beside one that cost much. */
function toBar(share: number): string {
  const eighths = Math.round(share * BAR * 8);
  const rest = share > 0 ? Math.max(eighths, 1) : 0;
  return ("█".repeat(Math.floor(rest / 8)) + (EIGHTHS[rest % 8] ?? "")).padEnd(BAR);
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

function tokensOf({ inputTokens, outputTokens }: Sums): number {
  return inputTokens + outputTokens;
}

/** `?` where no price is known; `$0.20 + ?` where some are. */
function priceOf({ unpriced, calls, microUsd }: Group): string {
  if (unpriced === 0) return calls === 0 ? "" : toUsd(microUsd);
  return unpriced === calls || microUsd === 0 ? "?" : `${toUsd(microUsd)} + ?`;
}

function factsOf(sums: Sums): string {
  const { calls, failed } = sums;
  if (calls === 0) return "";
  const wrong = failed > 0 ? `, ${failed} failed` : "";
  return `${toShortCount(tokensOf(sums))} tokens, ${counted(calls)}${wrong}`;
}

function counted(calls: number): string {
  return `${calls} ${calls === 1 ? "call" : "calls"}`;
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 400;

/** A chart over time has a place for days on which nothing was asked, too. */
function withEmptyDays(groups: readonly Group[]): readonly Group[] {
  const byDay = new Map(groups.map((group) => [group.name, group]));
  const [first, last] = [groups[0]!.name, groups.at(-1)!.name].map((day) => Date.parse(`${day}T00:00:00Z`));
  if ((last! - first!) / DAY_MS > MOST_DAYS) return groups;
  const days: Group[] = [];
  for (let at = first!; at <= last!; at += DAY_MS) {
    const name = new Date(at).toISOString().slice(0, 10);
    days.push(byDay.get(name) ?? { name, ...NOTHING });
  }
  return days;
}

const NOTHING = { calls: 0, inputTokens: 0, outputTokens: 0, microUsd: 0, unpriced: 0, failed: 0 };
