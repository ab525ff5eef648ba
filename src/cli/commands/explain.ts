import { closestCodes, explain } from "../../diagnostics/explain.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { UsageError } from "../usage-error.ts";

/** `maestro explain <code>`: what a code means and what to do. */
export async function run(io: Io, [code = ""]: string[]): Promise<ExitCode> {
  const exact = explain(code.toUpperCase());
  const near = exact === undefined ? closestCodes(code) : [];
  const text = exact ?? (near.length === 1 ? explain(near[0]!) : undefined);
  if (text === undefined) {
    throw new UsageError(
      `There is no code "${code}".`,
      near.length > 0
        ? `did you mean ${near.join(" or ")}?`
        : "codes look like MS2003; maestro validate prints them",
    );
  }
  io.write(`${text.trimEnd()}\n`);
  return EXIT.ok;
}
