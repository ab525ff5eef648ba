import { type Colors, toColors } from "../../support/colors.ts";
import { toInstantText } from "../../support/instant-text.ts";
import { toUsd } from "../../support/money.ts";
import { nearest } from "../../support/nearest.ts";
import { toVisible } from "../../support/to-visible.ts";
import { toCronWords } from "../../views/cron-words.ts";
import type { ListedOrchestra, RunMark } from "../../views/orchestra-board.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";
import { writeLine } from "../write-line.ts";

const STRIP = 10;
const SUBCOMMANDS = ["list", "show", "enable", "disable", "run-now", "pause", "resume", "set", "unset"];

/** `maestro orchestras [list]`: every orchestra that is deployed, with how it stands. */
export async function run(
  io: Io,
  [word]: string[],
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  if (word !== undefined && word !== "list") {
    const guess = nearest(word, SUBCOMMANDS);
    throw new UsageError(
      `There is no command "maestro orchestras ${word}".`,
      guess ? `did you mean "${guess}"?` : `there are: ${SUBCOMMANDS.join(", ")}`,
    );
  }
  const settings = await loadSettings(io);
  const rows = await askStore(io, settings, { command: "maestro orchestras", request: { op: "orchestras" } });
  if (json) io.write(`${JSON.stringify(rows, null, 2)}\n`);
  else if (rows.length === 0)
    io.write("no orchestra is deployed; deploy the workspace's with: maestro deploy\n");
  else for (const line of toLines(rows, toColors(io.hasColor))) writeLine(io, line);
  return EXIT.ok;
}

function* toLines(rows: readonly ListedOrchestra[], c: Colors): Generator<string> {
  const width = Math.max(...rows.map(({ id }) => id.length));
  const words = rows.map((row) => scheduleWords(row));
  const wide = Math.max(...words.map(({ length }) => length));
  for (const [i, row] of rows.entries()) {
    const parts = [
      row.id.padEnd(width),
      shownStatus(row, c),
      words[i]!.padEnd(wide),
      `next ${nextWords(row)}`,
      stripOf(row.runs, c),
      rateWords(row),
      weekWords(row),
    ];
    yield parts.filter(Boolean).join("  ");
    for (const { field, value, desired, who } of row.overrides) {
      if (field === "enabled" || field === "paused") continue;
      const of = desired === null ? "" : `, the file says ${toVisible(desired)}`;
      yield `${" ".repeat(width)}  ${c.yellow(`${field} set to ${toVisible(JSON.stringify(value))}`)} by ${toVisible(who)}${of}`;
    }
  }
}

export function scheduleWords({ schedule }: Pick<ListedOrchestra, "schedule">): string {
  return schedule ? `${toCronWords(schedule.cron)} ${schedule.timezone}` : "no schedule";
}

export function nextWords({ next, schedule, isEnabled, isPaused }: ListedOrchestra): string {
  if (!isEnabled) return "— (disabled)";
  if (isPaused) return "— (paused)";
  return next.length > 0 && schedule ? toInstantText(next[0]!, schedule.timezone) : "—";
}

export function shownStatus({ status }: Pick<ListedOrchestra, "status">, c: Colors): string {
  const text = status.padEnd(9);
  switch (status) {
    case "running":
      return c.cyan(text);
    case "paused":
      return c.yellow(text);
    case "scheduled":
      return c.green(text);
    case "idle":
      return c.dim(text);
    default:
      return status satisfies never;
  }
}

/** The oldest first: what is newest stands where reading ends. */
export function stripOf(runs: readonly RunMark[], c: Colors): string {
  return runs
    .slice(0, STRIP)
    .map(({ status }) => markOf(status, c))
    .reverse()
    .join("");
}

function markOf(status: RunMark["status"], c: Colors): string {
  switch (status) {
    case "completed":
      return c.green("✓");
    case "failed":
      return c.red("✗");
    case "cancelled":
      return c.dim("-");
    case "queued":
    case "running":
      return c.cyan("▸");
    case "waiting":
    case "paused":
      return c.yellow("…");
    default:
      return status satisfies never;
  }
}

export function rateWords({ successRate }: ListedOrchestra): string {
  return successRate === null ? "" : `${Math.round(successRate * 100)} % completed`;
}

export function weekWords({ weekMicroUsd, weekUnpriced }: ListedOrchestra): string {
  if (weekMicroUsd === 0 && weekUnpriced === 0) return "";
  const unknown = weekUnpriced > 0 ? ` and ${weekUnpriced} calls of unknown price` : "";
  return `${toUsd(weekMicroUsd)}${unknown} in 7 days`;
}
