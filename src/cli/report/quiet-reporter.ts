import type { Io } from "../io.ts";
import type { Reporter } from "./reporter.ts";
import type { RunTally } from "./run-tally.ts";
import { toErrorOutput } from "./to-error-output.ts";

/** Nothing but the output, which is printed when the run has ended. */
export function quietReporter(io: Io, tally: RunTally): Reporter {
  return { hear: (event) => tally.hear(event), print: toErrorOutput(io), end() {} };
}
