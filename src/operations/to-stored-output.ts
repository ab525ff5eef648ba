import { MaestroError } from "../diagnostics/index.ts";
import { type Stored, toStored } from "../support/to-stored.ts";

/**
 * What somebody hands over as the output of a step, as its readers will see it.
 * @throws MaestroError MR2014 when JSON cannot say it
 */
export function toStoredOutput(value: unknown, step: string): Exclude<Stored, { found: string }> {
  const stored = toStored(value);
  if ("value" in stored) return stored;
  const problem = { path: "", detail: `it cannot be stored: ${stored.found}` };
  throw new MaestroError("MR2014", { step, problems: [problem] });
}
