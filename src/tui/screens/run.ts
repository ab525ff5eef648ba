import type { RunDetail, StepDetail } from "../../views/run-detail.ts";
import { toCell } from "../lines.ts";
import { colorOf, type Line, plain } from "../looks.ts";
import { selectedAt, type Ui } from "../ui.ts";
import {
  heading,
  inColumns,
  type Sheet,
  shortId,
  standingOfRun,
  standingOfStep,
  toDuration,
  toList,
  toSign,
  toWhen,
} from "./rows.ts";

const NAME = 26;
const TIME = 9;

/** A row of the timeline: a step, or all items of a map together. */
export interface TimelineRow {
  readonly step: StepDetail;
  /** Of a map: its items that are over, and those there are. */
  readonly items: { readonly done: number; readonly failed: number; readonly all: number } | undefined;
}

/** An item of a map or a turn of a loop, and what is inside of one: `drafts/3`, `drafts/3/letter`. */
const INSIDE = /^([^/]+)\/\d+(\/|$)/;

/** The steps in the order in which they began; those inside a map are its progress. A map has no row before it has ended. */
export function timelineOf(steps: readonly StepDetail[]): TimelineRow[] {
  const rows = new Map<
    string,
    { step: StepDetail; items: { done: number; failed: number; all: number } | undefined }
  >();
  for (const step of steps)
    if (!INSIDE.test(step.key)) {
      const all = step.kind === "map" && typeof step.info.items === "number" ? step.info.items : 0;
      rows.set(step.key, { step, items: step.kind === "map" ? { done: 0, failed: 0, all } : undefined });
    }
  for (const step of steps) {
    const [, frame, deeper] = INSIDE.exec(step.key) ?? [];
    if (frame === undefined) continue;
    const row = rows.get(frame) ?? { step: underWay(frame, step), items: undefined };
    rows.set(frame, row);
    row.items ??= { done: 0, failed: 0, all: 0 };
    if (step.startedAt < row.step.startedAt) row.step = { ...row.step, startedAt: step.startedAt };
    // What is inside an item counts with the item.
    if (deeper !== "" || step.status === "running") continue;
    row.items.done++;
    if (step.status === "failed") row.items.failed++;
  }
  return [...rows.values()].toSorted((one, other) => one.step.startedAt - other.step.startedAt);
}

/** A map whose items are all that is known of it. */
function underWay(key: string, item: StepDetail): StepDetail {
  const now = { status: "running", durationMs: undefined, output: null, info: {} } as const;
  return { ...item, key, kind: "map", attempts: 1, error: undefined, earlier: [], ...now };
}

/** A run: its steps as bars over time, and everything about the one that is selected. */
export function runScreen(ui: Ui, detail: RunDetail | undefined, sheet: Sheet): Line[] {
  if (!detail) return [heading("Run"), [], [plain("reading it", { dim: true })]];
  const { run, error, steps } = detail;
  const rows = timelineOf(steps);
  const selected = selectedAt(ui, rows.length);
  const took = run.startedAt === null ? "" : toDuration((run.endedAt ?? sheet.now) - run.startedAt);
  const head: Line = [
    toSign(standingOfRun(run.status), sheet.looks),
    plain(` ${run.score}`, { bold: true }),
    plain(`  ${shortId(run.id)}  ${run.status}  ${took}`, { dim: true }),
  ];
  const failure = error
    ? [
        [
          plain(
            toCell(`${error.step === undefined ? "" : `${error.step}: `}${error.message}`, sheet.columns),
            { color: "red" },
          ),
        ] as Line,
      ]
    : [];
  const below = rows.length === 0 ? [] : stepLines(rows[selected]!, detail, sheet);
  const room = Math.max(
    3,
    sheet.rows - 2 - failure.length - Math.min(below.length, Math.floor(sheet.rows / 2)),
  );
  const span = spanOf(detail, sheet.now);
  const list = toList(
    rows.map((row) => () => timelineLine(row, span, sheet)),
    selected,
    { ...sheet, rows: Math.min(room, Math.max(1, rows.length)) },
  );
  const left = sheet.rows - 2 - failure.length - list.length;
  return [head, ...failure, ...list, [], ...below.slice(0, Math.max(0, left))];
}

interface Span {
  readonly from: number;
  readonly ms: number;
}

function spanOf({ run, steps }: RunDetail, now: number): Span {
  const from = run.startedAt ?? run.createdAt;
  const isOpen = run.endedAt === null;
  const ends = steps.map((step) => step.startedAt + (step.durationMs ?? (isOpen ? now - step.startedAt : 0)));
  const to = Math.max(from + 1, run.endedAt ?? 0, ...ends);
  return { from, ms: to - from };
}

function timelineLine({ step, items }: TimelineRow, { from, ms }: Span, sheet: Sheet): Line {
  const { key, kind, status, startedAt, durationMs, attempts } = step;
  const standing = standingOfStep(status, kind);
  const tries = attempts > 1 ? ` ×${attempts}` : "";
  const time = durationMs === undefined ? toDuration(sheet.now - startedAt) : toDuration(durationMs);
  const room = Math.max(8, sheet.columns - 2 - NAME - TIME - 6);
  return [
    toSign(standing, sheet.looks),
    ...inColumns([
      [` ${key}${tries}`, NAME],
      [status === "skipped" ? "" : time, TIME, { dim: true }],
    ]),
    ...(items && items.all > 0
      ? [
          plain(progressBar(items.done / items.all, room - 14, sheet), {
            color: items.failed > 0 ? "red" : "cyan",
          }),
        ]
      : [plain(bar(step, { from, ms }, items ? room - 14 : room, sheet), { color: colorOf(standing) })]),
    plain(items ? ` ${countOf(items)}` : ""),
  ];
}

/** How many there are is known when the map has ended. */
function countOf({ done, failed, all }: NonNullable<TimelineRow["items"]>): string {
  const count = all > 0 ? `${done}/${all}` : `${done} done`;
  return failed > 0 ? `${count} ${failed} failed` : count;
}

function bar(
  { startedAt, durationMs, status }: StepDetail,
  { from, ms }: Span,
  room: number,
  { now }: Sheet,
): string {
  if (status === "skipped") return "";
  const scale = room / ms;
  const begin = Math.min(room - 1, Math.max(0, Math.floor((startedAt - from) * scale)));
  const wide = Math.max(1, Math.round((durationMs ?? Math.min(now - startedAt, ms)) * scale));
  return " ".repeat(begin) + "█".repeat(Math.min(wide, room - begin));
}

function progressBar(share: number, room: number, _sheet: Sheet): string {
  const done = Math.round(Math.min(1, share) * room);
  return "█".repeat(done) + "░".repeat(Math.max(0, room - done));
}

/** What is known of a step: what it gave, how it was tried, what was decided, what it said. */
function stepLines({ step }: TimelineRow, { logs, waiting }: RunDetail, sheet: Sheet): Line[] {
  const { key, kind, status, output, error, earlier, info, startedAt } = step;
  const lines: Line[] = [
    [
      plain(key, { bold: true }),
      plain(`  ${kind}  ${status}  began ${toWhen(startedAt, sheet.now)}`, { dim: true }),
    ],
  ];
  if (error !== undefined) lines.push([plain(toCell(error, sheet.columns), { color: "red" })]);
  for (const { attempt, error: why, status: how } of earlier)
    lines.push([
      plain(toCell(`attempt ${attempt}: ${how}${why === undefined ? "" : `, ${why}`}`, sheet.columns), {
        dim: true,
      }),
    ]);
  // What a map gives is kept with its items.
  if (status === "completed" && kind !== "map") lines.push(...valueLines("output", output, sheet));
  if (Object.keys(info).length > 0) lines.push(...valueLines("info", JSON.stringify(info), sheet));
  for (const { key: waits, waitsFor } of waiting)
    if (waits === key)
      lines.push([plain(`waits for ${waitsFor.length} of what it shares with others`, { color: "magenta" })]);
  for (const { message } of logs.filter(({ step: of }) => of === key).slice(-5))
    lines.push([plain(toCell(`log  ${message}`, sheet.columns), { dim: true })]);
  return lines;
}

function valueLines(name: string, value: unknown, sheet: Sheet): Line[] {
  const text = typeof value === "string" ? value : (JSON.stringify(value, undefined, 2) ?? "");
  const [first = "", ...rest] = text.split("\n");
  return [
    [plain(`${name}  `, { dim: true }), plain(toCell(first, sheet.columns - name.length - 2))],
    ...rest.map((line): Line => [plain(toCell(line, sheet.columns))]),
  ];
}
