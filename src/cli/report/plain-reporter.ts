import { toColors } from "../../support/colors.ts";
import type { Io } from "../io.ts";
import { writeLine } from "../write-line.ts";
import { toLines } from "./lines.ts";
import type { Reporter } from "./reporter.ts";
import type { RunTally } from "./run-tally.ts";
import { toErrorOutput } from "./to-error-output.ts";

/** Lines as they come: for pipes, CI and terminals that cannot redraw. */
export function plainReporter(io: Io, tally: RunTally): Reporter {
  const colors = toColors(io.hasColor);
  return {
    hear(event) {
      tally.hear(event);
      for (const line of toLines(event, tally, colors)) writeLine(io, line);
    },
    print: toErrorOutput(io),
    end() {},
  };
}
