import type { TelemetryFacts } from "../../compile/child/protocol.ts";
import { toTelemetryFacts } from "../../compile/child/to-telemetry-facts.ts";
import { version } from "../../support/version.ts";
import { Telemetry } from "./telemetry.ts";

const SPOKEN = new Set(["http:", "https:"]);

/**
 * What hears of a program's runs: nobody without settings.
 * @throws TypeError for an address that is none
 */
export function witnessOf(
  { telemetry }: { readonly telemetry?: unknown },
  variable: (name: string) => string | undefined,
): { readonly witness?: Telemetry } {
  if (telemetry === undefined) return {};
  const facts = toTelemetryFacts(telemetry);
  if (!facts || !SPOKEN.has(URL.parse(facts.endpoint)?.protocol ?? ""))
    throw new TypeError('telemetry.endpoint has to be an address: { endpoint: "http://localhost:4318" }');
  return { witness: toTelemetry(facts, variable) };
}

/** Traces as a configuration says. A variable that is not set is left out: a collector that wants it says so. */
export function toTelemetry(
  { endpoint, prompts, headers }: TelemetryFacts,
  variable: (name: string) => string | undefined,
): Telemetry {
  const given = Object.entries(headers).flatMap(([name, setting]) => {
    const value = "value" in setting ? setting.value : variable(setting.variable);
    return value === undefined ? [] : [[name, value] as const];
  });
  return new Telemetry({ endpoint, prompts, headers: Object.fromEntries(given), version });
}
