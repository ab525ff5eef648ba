import { setTimeout as sleep } from "node:timers/promises";
import { toColors } from "../../support/colors.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadLastSettings } from "../load-last-settings.ts";
import type { Settings } from "../load-workspace.ts";
import { LogFiles } from "../logs/log-files.ts";
import { logFolderOf } from "../logs/log-folder.ts";
import { isWanted, type Level, type LogLine, readLogLine } from "../logs/log-line.ts";
import { toEndLine, toRunLine } from "../logs/run-lines.ts";
import { toLogText } from "../orchestrator/to-log-text.ts";
import { readInstant } from "../read-instant.ts";
import { UsageError } from "../usage-error.ts";
import { warnLines } from "../write-line.ts";

interface Options {
  readonly follow?: boolean;
  readonly level: Level;
  readonly since?: string;
  readonly lines: string;
  readonly json?: boolean;
}

const PAGE = 1_000;
const POLL_MS = 200;

/** `maestro logs [run]`: what the orchestrator has logged; of a run, what its steps have, and what was logged of it. */
export async function run(io: Io, [which]: string[], options: Options): Promise<ExitCode> {
  const since =
    options.since === undefined ? Number.NEGATIVE_INFINITY : readInstant(options.since, "--since");
  const last = toCount(options.lines);
  const settings = await loadLastSettings(io);
  const files = new LogFiles(logFolderOf(settings.root));
  const source = which === undefined ? new WholeLog(files) : new RunLog(io, settings, { files, which });
  const wanted = { level: options.level, since };
  const print = (line: LogLine) => io.write(toText(line, options, io));
  const stop = new AbortController();
  const off = options.follow ? io.onInterrupt(() => stop.abort()) : undefined;
  try {
    const kept: LogLine[] = [];
    let [shown, left] = [0, 0];
    for (const line of await source.next()) {
      if (!isWanted(line, wanted)) continue;
      kept.push(line);
      // In pieces: the whole log may be much more than what is shown of it.
      if (kept.length >= 2 * last) left += kept.splice(0, kept.length - last).length;
    }
    left += kept.splice(0, Math.max(0, kept.length - last)).length;
    if (left > 0) warnLines(io, `${left} earlier lines are left out; see them with --lines all`);
    for (const line of kept) print(line);
    shown += kept.length;
    while (options.follow && !source.isOver && !stop.signal.aborted) {
      await sleep(POLL_MS, undefined, { signal: stop.signal }).catch(() => {});
      for (const line of await source.next()) {
        if (!isWanted(line, wanted)) continue;
        print(line);
        shown++;
      }
    }
    if (shown === 0 && !options.json && !options.follow) warnLines(io, "nothing has been logged");
    return stop.signal.aborted ? EXIT.interrupted : EXIT.ok;
  } finally {
    off?.();
    files.close();
  }
}

function toCount(lines: string): number {
  if (lines === "all") return Number.POSITIVE_INFINITY;
  const count = Number(lines);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new UsageError(`--lines ${lines} is neither a whole number from 1 nor all.`);
}

function toText({ text }: LogLine, { json }: Options, io: Io): string {
  return json ? `${text}\n` : toLogText(text, toColors(io.hasColor), 0);
}

/** Where lines come from; asked again, it gives those that have come since. */
interface Source {
  next(): Promise<Iterable<LogLine>>;
  /** Nothing comes any more. */
  readonly isOver: boolean;
}

class WholeLog implements Source {
  readonly isOver = false;
  readonly #files: LogFiles;

  constructor(files: LogFiles) {
    this.#files = files;
  }

  async next(): Promise<Iterable<LogLine>> {
    return linesIn(this.#files);
  }
}

function* linesIn(files: LogFiles): Generator<LogLine> {
  for (const text of files.read()) {
    const line = readLogLine(text);
    if (line) yield line;
  }
}

/** The events of one run, and the lines of the orchestrator's log that are about it. */
class RunLog implements Source {
  isOver = false;
  readonly #io: Io;
  readonly #settings: Settings;
  readonly #files: LogFiles;
  #run: string;
  #after = 0;

  constructor(
    io: Io,
    settings: Settings,
    { files, which }: { readonly files: LogFiles; readonly which: string },
  ) {
    this.#io = io;
    this.#settings = settings;
    this.#files = files;
    this.#run = which;
  }

  async next(): Promise<Iterable<LogLine>> {
    const lines: LogLine[] = [];
    for (let isMore = true; isMore && !this.isOver; ) {
      const request = { op: "events", run: this.#run, after: this.#after, limit: PAGE } as const;
      const { run, events } = await askStore(this.#io, this.#settings, { command: "maestro logs", request });
      this.#run = run.id;
      this.#after = events.at(-1)?.id ?? this.#after;
      for (const event of events) lines.push(toRunLine(event));
      isMore = events.length === PAGE;
      const end = isMore ? undefined : toEndLine(run);
      if (end) {
        lines.push(end);
        this.isOver = true;
      }
    }
    for (const line of linesIn(this.#files)) if (line.run === this.#run) lines.push(line);
    return lines.sort((a, b) => a.at - b.at);
  }
}
