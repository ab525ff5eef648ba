import { MaestroError } from "../diagnostics/index.ts";
import { toColors } from "../support/colors.ts";
import { EXIT, type ExitCode, type Io } from "./io.ts";
import { UsageError } from "./usage-error.ts";
import { warnLines } from "./write-line.ts";

/** Says what went wrong in a sentence and the way out, and gives the exit code that fits. */
export function printError(error: unknown, io: Io, asJson = false): ExitCode {
  if (asJson) io.write(`${JSON.stringify({ error: toData(error) })}\n`);
  const c = toColors(io.hasColor);
  const hint = error instanceof MaestroError || error instanceof UsageError ? error.hint : undefined;
  if (error instanceof MaestroError) warnLines(io, `${c.red("error")} ${error.code}: ${error.message}`);
  else if (error instanceof UsageError) warnLines(io, `${c.red("error")}: ${error.message}`);
  else {
    warnLines(
      io,
      `${c.red("error")}: Maestro itself failed: ${error instanceof Error ? error.message : String(error)}`,
    );
    if (io.env.MAESTRO_DEBUG && error instanceof Error) warnLines(io, String(error.stack));
    else warnLines(io, `  hint: this is a bug in Maestro; MAESTRO_DEBUG=1 shows where`);
  }
  if (hint) warnLines(io, `  hint: ${hint}`);
  return exitCodeOf(error);
}

/** Says what is not as it should be, and keeps nobody from going on. */
export function printWarning({ code, message, hint }: MaestroError, io: Io): void {
  warnLines(io, `${toColors(io.hasColor).yellow("warning")} ${code}: ${message}`);
  if (hint) warnLines(io, `  hint: ${hint}`);
}

/** The error as programs read it. */
function toData(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof MaestroError)) return { message };
  return { code: error.code, message, facts: error.facts, ...(error.hint ? { hint: error.hint } : {}) };
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  if (!(error instanceof MaestroError)) return EXIT.environment;
  switch (error.code) {
    case "MR2001":
    case "MR2002":
    case "MR2003":
    case "MR2004":
    case "MR2005":
    case "MR2008":
    case "MR2029":
    case "MR2033":
    case "MR2034":
    case "MR2098":
    case "MR2101":
    case "MR2011":
    case "MR2013":
    case "MR2014":
    case "MR2017":
    case "MR2043":
    case "MR2018":
    case "MR2019":
    case "MR2020":
    case "MR2021":
    case "MR2022":
    case "MR2023":
    case "MR2024":
    case "MR2035":
    case "MR2040":
    case "MR2041":
    case "MR2042":
    case "MR2025":
    case "MR2026":
    case "MR2054":
    case "MR2055":
    case "MR2091":
    case "MR2092":
    case "MR2093":
    case "MR2096":
    case "MR2060":
    case "MR2061":
    case "MR2064":
    case "MR2065":
    case "MR2066":
      return EXIT.usage;
    case "MR2006":
    case "MR2015":
    case "MR2062":
    case "MR2067":
    case "MR2075":
      return EXIT.problems;
    default:
      return EXIT.environment;
  }
}
