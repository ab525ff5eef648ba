import { envName } from "../../define/env.ts";

/** The variables that `values` name, by their keys. */
export function variablesOf(values: unknown): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    Object.entries(Object(values) as object).map(([name, value]) => [name, envName(value) || null]),
  );
}
