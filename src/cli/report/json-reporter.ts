import type { Io } from "../io.ts";
import type { Reporter } from "./reporter.ts";
import type { RunTally } from "./run-tally.ts";
import { toErrorOutput } from "./to-error-output.ts";

/** One JSON object a line, as `RunEvent` describes them. */
export function jsonReporter(io: Io, tally: RunTally): Reporter {
  return {
    hear(event) {
      tally.hear(event);
      io.write(`${JSON.stringify(event)}\n`);
    },
    print: toErrorOutput(io),
    end() {},
  };
}
