import { type Asked, askedBy, type Ending } from "../../engine/index.ts";
import { toKeyText } from "../../plan/index.ts";
import { toColors } from "../../support/colors.ts";
import { toVisible } from "../../support/to-visible.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { locateFailure } from "../locate-failure.ts";
import type { Staging } from "../stage.ts";
import { warnLines, writeLine } from "../write-line.ts";
import { withGaps } from "./with-gaps.ts";

const LONGEST_VALUE = 200;

export interface Reporting extends Staging {
  readonly summary: string;
}

/** Says how a run ended, and gives the exit code that fits. */
export function reportEnding(id: string, ending: Ending, { io, show, root, summary }: Reporting): ExitCode {
  const c = toColors(io.hasColor);
  const say = (line: string) => !show.json && !show.quiet && writeLine(io, line);
  switch (ending.is) {
    case "completed":
      if (!ending.gaps) say(c.green(summary));
      else say(c.yellow(`${withGaps(ending.gaps)} · ${summary}`));
      if (show.quiet) io.write(`${JSON.stringify(ending.output, null, 2)}\n`);
      else if (!show.json) printOutput(ending.output, id, io);
      return EXIT.ok;
    case "failed":
      say(c.red(summary));
      if (!show.json) {
        const place = ending.error.stack && locateFailure(ending.error.stack, root);
        warnLines(
          io,
          `${c.red("failed")}: ${ending.step ? `step "${toKeyText(ending.step)}": ` : ""}${toVisible(ending.error.message)}`,
        );
        if (place) warnLines(io, `  at ${place}`);
        if (ending.error.hint) warnLines(io, `  hint: ${toVisible(ending.error.hint)}`);
        warnLines(io, `  hint: maestro runs show ${id}`);
      }
      return EXIT.problems;
    case "asking":
    case "waiting":
      say(ending.is === "waiting" ? c.yellow(summary) : summary);
      if (!show.json) for (const line of askingLines(askedBy(id, ending), id)) warnLines(io, line);
      return EXIT.problems;
    case "paused":
      say(c.yellow(summary));
      if (!show.json) {
        warnLines(io, `paused by ${toVisible(ending.by)}${because(ending.reason)}`);
        warnLines(io, `  hint: go on with: maestro resume ${id}`);
      }
      return EXIT.problems;
    case "cancelled":
      say(c.yellow(summary));
      if (!show.json)
        warnLines(io, `${c.yellow("cancelled")} by ${toVisible(ending.by)}${because(ending.reason)}`);
      return EXIT.problems;
    case "stopped":
      say(c.yellow(summary));
      if (!show.json) warnLines(io, `stopped; go on with: maestro resume ${id}`);
      return EXIT.interrupted;
    default:
      return ending satisfies never;
  }
}

/** What people are asked, and how they answer the first of each kind: in its own run, which may be one that `id` plays. */
function* askingLines(asked: readonly Asked[], id: string): Generator<string> {
  const named = (some: readonly Asked[]) =>
    some.map(({ run, step }) => `"${step}"${run === id ? "" : ` of ${run}`}`).join(", ");
  const interrupted = asked.filter(({ isInterrupted }) => isInterrupted);
  if (interrupted[0]) {
    const { run, step } = interrupted[0];
    const after = run === id ? "" : `, then: maestro resume ${id}`;
    yield `paused: ${named(interrupted)} was interrupted and may have taken effect`;
    yield `  hint: find out, then: maestro resume ${run} --redo ${step} (or --give ${step}=@output.json, or --fail ${step})${after}`;
  }
  const open = asked.filter((one) => !one.isInterrupted);
  if (open[0]) {
    yield `waiting for a decision: ${named(open)}`;
    yield `  hint: maestro checkpoints, then: maestro decide ${open[0].run} ${open[0].step} --input …`;
  }
}

function because(reason: string | undefined): string {
  return reason === undefined ? "" : `: ${toVisible(reason)}`;
}

/** The output for a person: texts as they are, everything else as JSON, one field after the other. */
function printOutput(output: unknown, id: string, io: Io): void {
  if (output === null || (typeof output === "object" && Object.keys(output).length === 0)) return;
  const isRecord = typeof output === "object" && !Array.isArray(output);
  for (const [key, value] of isRecord ? Object.entries(output) : [["output", output] as const]) {
    if (typeof value === "string" && value.includes("\n"))
      io.write(`${toVisible(key)}:\n${toVisibleLines(value)}\n`);
    else {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      const cut =
        text.length > LONGEST_VALUE
          ? `${text.slice(0, LONGEST_VALUE)}… (all of it: maestro runs show ${id} --output)`
          : text;
      writeLine(io, `${key}: ${toVisible(cut)}`);
    }
  }
}

/** A text of several lines, with nothing in it that a terminal would obey. */
function toVisibleLines(text: string): string {
  return text.trimEnd().split(/\r?\n/).map(toVisible).join("\n");
}
