import type { RunStatus, StepStatus } from "../../store/store.ts";
import { toReadable } from "../../support/duration.ts";
import { cutLine, toColumn, windowOf } from "../lines.ts";
import { colorOf, type Line, type Looks, type Segment, signOf } from "../looks.ts";
import type { Standing } from "../source.ts";

/** How much room a screen has, and what its terminal can show. */
export interface Sheet {
  readonly columns: number;
  readonly rows: number;
  readonly looks: Looks;
  /** Unix ms. */
  readonly now: number;
}

const OF_RUN: Readonly<Record<RunStatus, Standing>> = {
  queued: "queued",
  running: "running",
  waiting: "waiting",
  paused: "paused",
  completed: "done",
  failed: "failed",
  cancelled: "cancelled",
};

const OF_STEP: Readonly<Record<StepStatus, Standing>> = {
  running: "running",
  completed: "done",
  failed: "failed",
  skipped: "skipped",
  interrupted: "paused",
};

export function standingOfRun(status: RunStatus): Standing {
  return OF_RUN[status];
}

export function standingOfStep(status: StepStatus, kind: string): Standing {
  if (status === "running" && (kind === "checkpoint" || kind === "wait")) return "waiting";
  return OF_STEP[status];
}

/** The sign of a standing, in its colour. */
export function toSign(standing: Standing, looks: Looks): Segment {
  return { text: signOf(standing, looks), color: colorOf(standing) };
}

export function heading(text: string, more = ""): Line {
  return [
    { text, bold: true },
    { text: more === "" ? "" : `  ${more}`, dim: true },
  ];
}

/** The lines of a list around the one that is selected, which is marked also where there are no colours. */
export function toList(lines: readonly (() => Line)[], selected: number, sheet: Sheet): Line[] {
  const { from, to } = windowOf(lines.length, selected, sheet.rows);
  return lines.slice(from, to).map((line, i) => {
    const isSelected = from + i === selected;
    const mark = isSelected ? (sheet.looks.isUnicode ? "▶ " : "> ") : "  ";
    const rest = cutLine(line(), sheet.columns - 2);
    return [
      { text: mark, bold: true },
      ...rest.map((segment) => (isSelected ? { ...segment, bold: true } : segment)),
    ];
  });
}

/** `3 s ago`, `20 min ago`, `in 2 h 20 min`. The longer ago, the seldomer it is another text, which would be drawn. */
export function toWhen(at: number, now: number): string {
  const ms = Math.abs(now - at);
  if (ms < 1_000) return "now";
  return at > now ? `in ${toAge(ms, true)}` : `${toAge(ms, false)} ago`;
}

function toAge(ms: number, isExact: boolean): string {
  const [seconds, minutes, hours] = [1_000, 60_000, 3_600_000].map((unit) => Math.floor(ms / unit)) as [
    number,
    number,
    number,
  ];
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min`;
  if (hours >= HOURS_OF_DAYS) return `${Math.floor(hours / 24)} days`;
  return isExact && minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}

/** From here on days are counted. */
const HOURS_OF_DAYS = 48;

/** Cut, not rounded: what has not been is not shown. */
export function toDuration(ms: number): string {
  const unit = ms < 1_000 ? 1 : ms < 60_000 ? 100 : ms < 86_400_000 ? 1_000 : 3_600_000;
  return toReadable(Math.floor(ms / unit) * unit);
}

/** Texts beside each other, each as wide as said; the last takes what is left. */
export function inColumns(
  cells: readonly (readonly [text: string, columns: number, look?: Omit<Segment, "text">])[],
): Line {
  return cells.map(([text, columns, look = {}]) => ({ text: `${toColumn(text, columns)} `, ...look }));
}

/** The first and the last of a run's id: what tells two apart, and what commands take. */
export function shortId(id: string): string {
  return id.length > 16 ? id.slice(0, 16) : id;
}
