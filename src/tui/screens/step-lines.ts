import type { PendingStep, StepInfo } from "../../engine/index.ts";
import { toCostText, toShortCount } from "../../support/money.ts";
import { toCell } from "../lines.ts";
import { type Line, plain } from "../looks.ts";
import type { ShownRun } from "../source.ts";
import { type Sheet, toWhen } from "./rows.ts";
import type { TimelineRow } from "./timeline.ts";

/** What is known of a step: what it says and gives, how it was tried, what was decided, what it cost. */
export function stepLines({ step, held }: TimelineRow, run: ShownRun, sheet: Sheet): Line[] {
  if (held) return heldLines(held, sheet);
  const { key, kind, status, output, error, earlier, info, startedAt } = step;
  const spent = run.spent[key];
  const cost = spent ? `  ${costText(spent)}` : "";
  const lines: Line[] = [
    [
      plain(key, { bold: true }),
      plain(`  ${kind}  ${status}  began ${toWhen(startedAt, sheet.now)}`, { dim: true }),
      plain(cost, { color: "green" }),
    ],
  ];
  if (error !== undefined) lines.push([plain(toCell(error, sheet.columns), { color: "red" })]);
  for (const { attempt, error: why, status: how, info: then } of earlier) {
    const text = `attempt ${attempt}: ${how}${why === undefined ? "" : `, ${why}`}`;
    lines.push([plain(toCell(text, sheet.columns), { dim: true })], ...decisionLines(then, sheet));
  }
  lines.push(...liveLines(key, run, sheet));
  lines.push(...decisionLines(info, sheet));
  // What a map gives is kept with its items; of the others it is read when they are selected.
  if (status === "completed" && kind !== "map" && output !== null)
    lines.push(...valueLines("output", output, sheet));
  const rest = restOf(info);
  if (Object.keys(rest).length > 0) lines.push(...valueLines("info", JSON.stringify(rest), sheet));
  for (const { key: waits, waitsFor } of run.waiting)
    if (waits === key)
      lines.push([plain(`waits for ${waitsFor.length} of what it shares with others`, { color: "magenta" })]);
  for (const { message } of run.logs.filter(({ step: of }) => of === key).slice(-5))
    lines.push([plain("log  ", { dim: true }), plain(toCell(message, sheet.columns - 5))]);
  for (const { text } of run.learnings?.[key] ?? [])
    lines.push([plain("known  ", { color: "yellow" }), plain(toCell(text, sheet.columns - 7))]);
  return lines;
}

/** What it says and how far it is, while it is under way. */
function liveLines(key: string, { live }: ShownRun, sheet: Sheet): Line[] {
  const lines: Line[] = [];
  const progress = live?.progress[key];
  if (progress) lines.push([plain(`${progress.done} of ${progress.total}`, { color: "cyan" })]);
  const texts = Object.entries(live?.texts ?? {}).filter(([of]) => of === key || of.startsWith(`${key}/`));
  // Of a map the item that has spoken last.
  const last = texts.at(-1);
  if (!last) return lines;
  const [of, { text, characters }] = last;
  const about = toShortCount(Math.ceil(characters / CHARACTERS_A_TOKEN));
  const whose = of === key ? "says" : `${of} says`;
  lines.push([plain(`${whose}  `, { color: "cyan" }), plain(`about ${about} tokens so far`, { dim: true })]);
  for (const line of text.split("\n").slice(-LAST_LINES)) lines.push([plain(toTail(line, sheet.columns))]);
  return lines;
}

/** Until the call is over and it is known. */
const CHARACTERS_A_TOKEN = 4;
const LAST_LINES = 6;

/** The end of a line, which is what came last. */
function toTail(line: string, columns: number): string {
  return toCell(line.length > columns ? `…${line.slice(-(columns - 1))}` : line, columns);
}

/** In which order models were to be asked, what was chosen after a failure, and why. */
function decisionLines(info: StepInfo, sheet: Sheet): Line[] {
  const { route, choice } = info;
  const said = (name: string, text: string): Line => [
    plain(`${name}  `, { color: "cyan" }),
    plain(toCell(text, sheet.columns - name.length - 2)),
  ];
  return [
    ...(route
      ? [
          said("asks", `${route.models.join(", then ")} (${route.policy})`),
          said("because", Object.values(route.because).filter(Boolean).join("; ")),
        ]
      : []),
    ...(choice ? [said("decided", `${choice.way}: ${choice.why}`)] : []),
  ];
}

function restOf({ route: _, choice: __, ...rest }: StepInfo): object {
  return rest;
}

/** What a step is given that somebody has to let go on, and what can be done with it. */
function heldLines({ step, kind, input }: PendingStep, sheet: Sheet): Line[] {
  const isCase = kind === "branch" || kind === "switchOn";
  const keys = isCase ? "n takes it  b takes another case" : "n plays it  o gives its output instead";
  return [
    [plain(step, { bold: true }), plain(`  ${kind}  is ready`, { dim: true })],
    ...valueLines(isCase ? "takes" : "is given", input, sheet),
    [plain(`${keys}  g plays on without stopping`, { dim: true })],
  ];
}

/** As many lines as a screen has, of a value that may be much longer. */
function valueLines(name: string, value: unknown, sheet: Sheet): Line[] {
  const text = typeof value === "string" ? value : (JSON.stringify(value, undefined, 2) ?? "");
  const [first = "", ...rest] = text.slice(0, sheet.columns * sheet.rows).split("\n");
  return [
    [plain(`${name}  `, { dim: true }), plain(toCell(first, sheet.columns - name.length - 2))],
    ...rest.slice(0, sheet.rows).map((line): Line => [plain(toCell(line, sheet.columns))]),
  ];
}

/** `5.4K tokens · $0.04`. */
export function costText({
  tokens,
  microUsd,
  unpriced,
}: {
  readonly tokens: number;
  readonly microUsd: number;
  readonly unpriced: number;
}): string {
  const unknown = unpriced > 0 ? ` · ${unpriced} calls of unknown price` : "";
  return unpriced > 0 && microUsd === 0
    ? `${toShortCount(tokens)} tokens${unknown}`
    : `${toCostText({ tokens, microUsd })}${unknown}`;
}
