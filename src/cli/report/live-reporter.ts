import { createLogUpdate } from "log-update";
import { type Colors, toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { Io } from "../io.ts";
import { writeLine } from "../write-line.ts";
import { toLines } from "./lines.ts";
import type { Reporter } from "./reporter.ts";
import type { RunTally } from "./run-tally.ts";

const FRAME_MS = 80;
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const BAR_WIDTH = 24;
const NAME_WIDTH = 22;
const MOST_LINES = 12;

/** Lines as they come, and below them, redrawn, what is under way: a bar for each map, a line for each step. */
export function liveReporter(io: Io, tally: RunTally): Reporter {
  const colors = toColors(io.hasColor);
  // It erases as many lines as it drew, so it has to know where the terminal breaks them.
  const stream = {
    write: (text: string) => io.write(text),
    isTTY: true,
    get columns() {
      return io.size().columns;
    },
    get rows() {
      return io.size().rows;
    },
  };
  const draw = createLogUpdate(stream as unknown as NodeJS.WriteStream, { showCursor: true });
  // What author code prints is the author's to draw.
  const printed = (line: string) => io.write(`${line}\n`);
  let frame = 0;
  let unfinished = "";
  const redraw = () =>
    draw(toStatus(tally, colors, { spinner: SPINNER[frame++ % SPINNER.length]!, ...io.size() }));
  const timer = setInterval(redraw, FRAME_MS);
  // A run that waits for something that never comes is to be noticed: drawing keeps no process alive.
  timer.unref();
  const above = (lines: readonly string[], write: (line: string) => void) => {
    if (lines.length === 0) return;
    draw.clear();
    for (const line of lines) write(line);
  };
  return {
    hear(event) {
      tally.hear(event);
      above(toLines(event, tally, colors), (line) => writeLine(io, line));
    },
    print(text) {
      const lines = (unfinished + text).split("\n");
      unfinished = lines.pop()!;
      above(lines, printed);
    },
    end() {
      clearInterval(timer);
      draw.clear();
      if (unfinished !== "") printed(unfinished);
      unfinished = "";
    },
  };
}

interface Frame {
  readonly spinner: string;
  readonly columns: number;
  readonly rows: number;
}

function toStatus(tally: RunTally, c: Colors, { spinner, columns, rows }: Frame): string {
  const now = Date.now();
  const lines: { readonly name: string; readonly rest: string; readonly width: number }[] = [];
  const barWidth = Math.max(4, Math.min(BAR_WIDTH, columns - NAME_WIDTH - 16));
  for (const [key, map] of tally.maps) {
    if (key.includes("/") || map.ended >= map.items) continue;
    const filled = Math.floor((map.ended / map.items) * barWidth);
    const count = ` ${map.ended}/${map.items}`;
    const bar = c.cyan("█".repeat(filled)) + c.dim("░".repeat(barWidth - filled));
    lines.push({ name: key, rest: bar + count, width: barWidth + count.length });
  }
  for (const [key, startedAt] of tally.running) {
    const told = tally.progress.get(key);
    const how = told ? `${told.done}/${told.total}  ` : "";
    const time = toReadable(now - startedAt);
    lines.push({ name: key, rest: how + c.dim(time), width: how.length + time.length });
  }
  const most = Math.max(1, Math.min(MOST_LINES, rows - 3));
  const shown = lines.slice(0, most).map(({ name: key, rest, width }) => {
    const name = toVisible(key);
    // Never as wide as the terminal: the last column makes some of them break the line.
    const room = columns - 1 - "  ⠋  ".length;
    const nameRoom = Math.max(1, Math.min(NAME_WIDTH, room - width));
    const cut = name.length > nameRoom ? `${name.slice(0, nameRoom - 1)}…` : name.padEnd(nameRoom);
    return width + nameRoom > room ? `  ${c.cyan(spinner)} ${cut}` : `  ${c.cyan(spinner)} ${cut} ${rest}`;
  });
  if (lines.length > most) shown.push(c.dim(`    and ${lines.length - most} more`.slice(0, columns - 1)));
  return shown.join("\n");
}
