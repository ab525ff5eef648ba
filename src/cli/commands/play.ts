import type { Ending, Play } from "../../engine/index.ts";
import { toColors } from "../../support/colors.ts";
import { toReadable } from "../../support/duration.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { locateFailure } from "../locate-failure.ts";
import { jsonReporter } from "../report/json-reporter.ts";
import { plainReporter } from "../report/plain-reporter.ts";
import type { Reporter } from "../report/reporter.ts";
import { RunTally } from "../report/run-tally.ts";

const GRACE_MS = 5_000;
const LONGEST_VALUE = 200;

export interface Showing {
  /** Print events as JSON lines. */
  readonly json?: boolean;
  /** Print nothing but the output, as JSON. */
  readonly quiet?: boolean;
}

export interface Watching {
  readonly io: Io;
  readonly show: Showing;
  /** The workspace, for naming places in it. */
  readonly root: string;
}

/** Begins a run, shows it until it ends, and lets Ctrl-C stop it. */
export async function watchPlay(begin: () => Promise<Play>, { io, show, root }: Watching): Promise<ExitCode> {
  const tally = new RunTally();
  const reporter = await reporterFor(io, show, tally);
  const startedAt = Date.now();
  const play = await begin();
  play.subscribe((event) => reporter.hear(event));
  const patience = stopOnInterrupt(play, io);
  try {
    const ending = await Promise.race([play.ending, patience.isOver]);
    reporter.end();
    return report(play.id, ending, { io, show, root, summary: tally.toSummary(Date.now() - startedAt) });
  } finally {
    reporter.end();
    patience.end();
  }
}

async function reporterFor(io: Io, { json, quiet }: Showing, tally: RunTally): Promise<Reporter> {
  if (json) return jsonReporter(io, tally);
  if (quiet) return { hear: (event) => tally.hear(event), end() {} };
  return io.isTerminal
    ? (await import("../report/live-reporter.ts")).liveReporter(io, tally)
    : plainReporter(io, tally);
}

/** Ctrl-C once: no new step, those under way are told to end and are given some time. Twice: out. */
function stopOnInterrupt(play: Play, io: Io) {
  let interrupts = 0;
  let giveUp: (ending: Ending) => void;
  let timer: NodeJS.Timeout | undefined;
  const isOver = new Promise<Ending>((resolve) => {
    giveUp = resolve;
  });
  const off = io.onInterrupt(() => {
    if (++interrupts > 1) io.leave(EXIT.interrupted);
    io.warn(
      `stopping: no new step begins, and those under way are told to end (${toReadable(GRACE_MS)}; Ctrl-C again leaves at once)`,
    );
    play.stop(new Error("the run was stopped"));
    timer = setTimeout(() => giveUp({ is: "stopped" }), GRACE_MS);
  });
  return {
    isOver,
    end() {
      off();
      clearTimeout(timer);
    },
  };
}

interface Reporting extends Watching {
  readonly summary: string;
}

function report(id: string, ending: Ending, { io, show, root, summary }: Reporting): ExitCode {
  const c = toColors(io.hasColor);
  const say = (line: string) => !show.json && !show.quiet && io.write(`${line}\n`);
  switch (ending.is) {
    case "completed":
      say(c.green(summary));
      if (show.quiet) io.write(`${JSON.stringify(ending.output, null, 2)}\n`);
      else if (!show.json) printOutput(ending.output, id, io);
      return EXIT.ok;
    case "failed":
      say(c.red(summary));
      if (!show.json) {
        const place = ending.error.stack && locateFailure(ending.error.stack, root);
        io.warn(`${c.red("failed")}: ${ending.step ? `step "${ending.step}": ` : ""}${ending.error.message}`);
        if (place) io.warn(`  at ${place}`);
        io.warn(`  hint: maestro runs show ${id}`);
      }
      return EXIT.problems;
    case "asking":
      say(summary);
      if (!show.json) {
        io.warn(
          `paused: ${ending.steps.map((step) => `"${step}"`).join(", ")} was interrupted and may have taken effect`,
        );
        io.warn(
          `  hint: find out, then: maestro resume ${id} --redo ${ending.steps[0]} (or --give ${ending.steps[0]}=@output.json, or --fail ${ending.steps[0]})`,
        );
      }
      return EXIT.problems;
    case "stopped":
      say(c.yellow(summary));
      if (!show.json) io.warn(`stopped; go on with: maestro resume ${id}`);
      return EXIT.interrupted;
    default:
      return ending satisfies never;
  }
}

/** The output for a person: texts as they are, everything else as JSON, one field after the other. */
function printOutput(output: unknown, id: string, io: Io): void {
  if (output === null || (typeof output === "object" && Object.keys(output).length === 0)) return;
  const isRecord = typeof output === "object" && !Array.isArray(output);
  for (const [key, value] of isRecord ? Object.entries(output) : [["output", output] as const]) {
    if (typeof value === "string" && value.includes("\n")) io.write(`${key}:\n${value.trimEnd()}\n`);
    else {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      const cut =
        text.length > LONGEST_VALUE
          ? `${text.slice(0, LONGEST_VALUE)}… (all of it: maestro runs show ${id} --output)`
          : text;
      io.write(`${key}: ${cut}\n`);
    }
  }
}
