export const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

/** A line of a log: what the orchestrator writes, and what of a run is shown in the same form. */
export interface LogLine {
  /** Unix ms. */
  readonly at: number;
  readonly level: Level;
  /** The run that it is about. */
  readonly run: string | undefined;
  /** JSON, without a line feed. */
  readonly text: string;
}

/** Undefined where a line is none: the last one of a process that was killed may be torn. */
export function readLogLine(text: string): LogLine | undefined {
  try {
    const { time, level, run } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const at = Date.parse(String(time));
    if (Number.isNaN(at)) return undefined;
    return { at, level: toLevel(level), run: typeof run === "string" ? run : undefined, text };
  } catch {
    return undefined;
  }
}

function toLevel(level: unknown): Level {
  if (level === "fatal") return "error";
  return LEVELS.find((known) => known === level) ?? "debug";
}

/** What is kept of lines: from a level and from an instant on. */
export function isWanted(
  { at, level }: LogLine,
  wanted: { readonly level: Level; readonly since: number },
): boolean {
  return at >= wanted.since && LEVELS.indexOf(level) >= LEVELS.indexOf(wanted.level);
}
