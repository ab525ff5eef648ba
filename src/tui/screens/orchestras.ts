import { toInstantText } from "../../support/instant-text.ts";
import { toUsd } from "../../support/money.ts";
import { toCronWords } from "../../views/cron-words.ts";
import type { ListedOrchestra, OrchestraStatus } from "../../views/orchestra-board.ts";
import { toCell } from "../lines.ts";
import { type Line, plain } from "../looks.ts";
import type { OrchestraItem, Standing } from "../source.ts";
import { inColumns, type Sheet, standingOfRun, toSign, toWhen } from "./rows.ts";

const STANDING: Readonly<Record<OrchestraStatus, Standing>> = {
  running: "running",
  paused: "paused",
  scheduled: "queued",
  idle: "idle",
};
const STRIP = 10;

/** An orchestra as lists show it: how it stands, when it comes next, and its last runs, the newest last. */
export function orchestraLine(one: OrchestraItem, sheet: Sheet): Line {
  const { deployed } = one;
  const wide = Math.max(14, Math.min(36, sheet.columns - 66));
  const name = deployed?.name ?? one.name ?? one.id;
  if (!deployed)
    return [
      toSign("idle", sheet.looks),
      ...inColumns([
        [" orchestra", 11, { dim: true }],
        [name, wide],
        [scheduleOf(one.schedule), 18, { dim: true }],
        ["not deployed", 16, { dim: true }],
      ]),
    ];
  return [
    toSign(deployed.isEnabled ? STANDING[deployed.status] : "idle", sheet.looks),
    ...inColumns([
      [` ${stateOf(deployed)}`, 11, { dim: !deployed.isEnabled }],
      [name, wide],
      [scheduleOf(deployed.schedule?.cron), 18, { dim: true }],
      [nextOf(deployed, sheet), 16, { color: "cyan" }],
    ]),
    ...stripOf(deployed, sheet),
  ];
}

function stateOf({ isEnabled, status }: ListedOrchestra): string {
  return isEnabled || status === "running" ? status : "disabled";
}

function scheduleOf(cron: string | undefined): string {
  return cron === undefined ? "by hand" : toCronWords(cron);
}

function nextOf({ next }: ListedOrchestra, { now }: Sheet): string {
  return next.length === 0 ? "" : `next ${toWhen(next[0]!, now)}`;
}

function stripOf({ runs }: ListedOrchestra, { looks }: Sheet): Line {
  return runs
    .slice(0, STRIP)
    .map(({ status }) => toSign(standingOfRun(status), looks))
    .reverse();
}

/** What is known of the one that is selected, and what can be done with it. */
export function orchestraDetail(one: OrchestraItem, isScheduled: boolean, sheet: Sheet): Line[] {
  const { deployed, id, score } = one;
  const head: Line = [plain(id, { bold: true }), plain(`  plays ${score ?? "nothing"}`, { dim: true })];
  if (!deployed)
    return [head, [plain("It is in the files alone. Deploy it with: maestro deploy", { dim: true })]];
  const { schedule, next, overrides, isEnabled, isPaused, successRate, weekMicroUsd } = deployed;
  const zone = schedule?.timezone ?? "UTC";
  const when = next.map((at) => toInstantText(at, zone)).join(", ");
  const idle = !isEnabled
    ? "never: it is disabled"
    : isPaused
      ? "never: it is paused"
      : "nothing begins it by itself";
  const rate = successRate === null ? "no run yet" : `${Math.round(successRate * 100)} % completed`;
  const lines: Line[] = [
    head,
    fact("schedule", schedule ? `${toCronWords(schedule.cron)} ${zone}` : "none", sheet),
    fact("next", when || idle, sheet),
    ...(isScheduled || next.length === 0 ? [] : [NOT_FOLLOWED]),
    fact("runs", `${rate}${weekMicroUsd > 0 ? `, ${toUsd(weekMicroUsd)} in 7 days` : ""}`, sheet),
  ];
  for (const { field, value, desired, who, why } of overrides) {
    const of = desired === null ? "" : `; the file says ${desired}`;
    const reason = why === null ? "" : `: ${why}`;
    lines.push(fact("override", `${field} is ${JSON.stringify(value)} by ${who}${reason}${of}`, sheet));
  }
  const keys = [
    `e ${isEnabled ? "disables" : "enables"}`,
    `p ${isPaused ? "lets it go on" : "pauses"}`,
    "r runs now",
    "o overrides",
    ...(overrides.length > 0 ? ["u takes back"] : []),
  ];
  return [...lines, [plain(keys.join("  "), { dim: true })]];
}

const NOT_FOLLOWED: Line = [
  plain("          schedules are not followed here: maestro dev --schedules", { color: "yellow" }),
];

function fact(name: string, text: string, { columns }: Sheet): Line {
  return [plain(`${name.padEnd(10)}`, { dim: true }), plain(toCell(text, columns - 10))];
}
