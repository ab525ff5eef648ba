import type { PendingStep } from "../../engine/index.ts";
import type { StepDetail } from "../../views/run-detail.ts";
import { toCell } from "../lines.ts";
import { colorOf, type Line, plain } from "../looks.ts";
import type { ShownRun } from "../source.ts";
import type { Ui } from "../ui.ts";
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
} from "./rows.ts";
import { costText, stepLines } from "./step-lines.ts";
import { rowsOf, selectedRowAt, type TimelineRow } from "./timeline.ts";

const NAME = 26;
const TIME = 9;
/** `128/400 3 failed`, behind a bar. */
const COUNT = 14;

/** A run: its steps as bars over time, and everything about the one that is selected. */
export function runScreen(ui: Ui, detail: ShownRun | undefined, sheet: Sheet): Line[] {
  if (!detail) return [heading("Run"), [], [plain("reading it", { dim: true })]];
  const { run, error, stepping } = detail;
  const rows = rowsOf(detail);
  const selected = selectedRowAt(ui, rows);
  const took = run.startedAt === null ? "" : toDuration((run.endedAt ?? sheet.now) - run.startedAt);
  const head: Line = [
    toSign(standingOfRun(run.status), sheet.looks),
    plain(` ${run.score}`, { bold: true }),
    plain(`  ${shortId(run.id)}  ${run.status}  ${took}`, { dim: true }),
    plain(costOf(detail), { color: "green" }),
    ...(stepping ? [plain(`  step by step: ${stepping.length} ready`, { color: "yellow" })] : []),
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

/** What models have cost so far, of all steps together. */
function costOf({ spent }: ShownRun): string {
  const all = Object.values(spent);
  if (all.length === 0) return "";
  const sum = (of: "tokens" | "microUsd" | "unpriced") => all.reduce((total, one) => total + one[of], 0);
  return `  ${costText({ tokens: sum("tokens"), microUsd: sum("microUsd"), unpriced: sum("unpriced") })}`;
}

interface Span {
  readonly from: number;
  readonly ms: number;
}

function spanOf({ run, steps }: ShownRun, now: number): Span {
  const from = run.startedAt ?? run.createdAt;
  const isOpen = run.endedAt === null;
  let to = Math.max(from + 1, run.endedAt ?? 0);
  for (const { startedAt, durationMs } of steps)
    to = Math.max(to, startedAt + (durationMs ?? (isOpen ? now - startedAt : 0)));
  return { from, ms: to - from };
}

function timelineLine({ step, items, held }: TimelineRow, { from, ms }: Span, sheet: Sheet): Line {
  const { key, kind, status, startedAt, durationMs, attempts } = step;
  if (held) return heldLine(held, sheet);
  const standing = standingOfStep(status, kind);
  const tries = attempts > 1 ? ` ×${attempts}` : "";
  const time = durationMs === undefined ? toDuration(sheet.now - startedAt) : toDuration(durationMs);
  const whole = Math.max(8, sheet.columns - 2 - NAME - TIME - 6);
  const room = items ? Math.max(4, whole - COUNT) : whole;
  return [
    toSign(standing, sheet.looks),
    ...inColumns([
      [` ${key}${tries}`, NAME],
      [status === "skipped" ? "" : time, TIME, { dim: true }],
    ]),
    ...(items && items.all > 0
      ? [
          plain(progressBar(items.done / items.all, room), {
            color: items.failed > 0 ? "red" : "cyan",
          }),
        ]
      : [plain(bar(step, { from, ms }, room, sheet), { color: colorOf(standing) })]),
    plain(items ? ` ${countOf(items)}` : ""),
  ];
}

function heldLine({ step, kind, attempt }: PendingStep, { looks }: Sheet): Line {
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  return [
    toSign("paused", looks),
    ...inColumns([[` ${step}`, NAME]]),
    plain(`is ready: ${kind}${again}`, { color: "yellow" }),
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

function progressBar(share: number, room: number): string {
  const done = Math.round(Math.min(1, share) * room);
  return "█".repeat(done) + "░".repeat(Math.max(0, room - done));
}
