import { createLogUpdate } from "log-update";
import { type Colors, toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import type { Io } from "../io.ts";
import { toLines } from "./lines.ts";
import type { Reporter } from "./reporter.ts";
import type { RunTally } from "./run-tally.ts";

const FRAME_MS = 80;
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const BAR_WIDTH = 24;
const MOST_LINES = 12;

/** Lines as they come, and below them, redrawn, what is under way: a bar for each map, a line for each step. */
export function liveReporter(io: Io, tally: RunTally): Reporter {
  const colors = toColors(io.hasColor);
  const draw = createLogUpdate({ write: (text: string) => io.write(text) } as NodeJS.WriteStream, {
    showCursor: true,
  });
  let frame = 0;
  const redraw = () => draw(toStatus(tally, colors, SPINNER[frame++ % SPINNER.length]!).join("\n"));
  const timer = setInterval(redraw, FRAME_MS);
  return {
    hear(event) {
      tally.hear(event);
      const lines = toLines(event, tally, colors);
      if (lines.length === 0) return;
      draw.clear();
      for (const line of lines) io.write(`${line}\n`);
    },
    end() {
      clearInterval(timer);
      draw.clear();
    },
  };
}

function toStatus(tally: RunTally, c: Colors, spinner: string): readonly string[] {
  const now = Date.now();
  const lines: string[] = [];
  for (const [key, map] of tally.maps) {
    if (key.includes("/") || map.ended >= map.items) continue;
    const filled = Math.floor((map.ended / map.items) * BAR_WIDTH);
    const bar = c.cyan("█".repeat(filled)) + c.dim("░".repeat(BAR_WIDTH - filled));
    lines.push(`  ${c.cyan(spinner)} ${key.padEnd(22)} ${bar} ${map.ended}/${map.items}`);
  }
  for (const [key, startedAt] of tally.running) {
    const told = tally.progress.get(key);
    const how = told ? `${told.done}/${told.total}  ` : "";
    lines.push(`  ${c.cyan(spinner)} ${key.padEnd(22)} ${how}${c.dim(toReadable(now - startedAt))}`);
  }
  return lines.length > MOST_LINES
    ? [...lines.slice(0, MOST_LINES), c.dim(`    and ${lines.length - MOST_LINES} more`)]
    : lines;
}
