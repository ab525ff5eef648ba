import { closestCodes } from "../diagnostics/explain.ts";
import {
  bySource,
  type Diagnostic,
  diagnose,
  isAuthorCode,
  type Setting,
  whyNotSettable,
} from "../diagnostics/index.ts";
import type { Json } from "../support/json.ts";
import type { Suppressed } from "./compilation.ts";
import type { Suppression } from "./suppressions.ts";

/** The findings as the author wants them, in the order of the source. */
interface Settled {
  readonly diagnostics: readonly Diagnostic[];
  readonly suppressed: readonly Suppressed[];
}

interface Wishes {
  /** `diagnostics` of the configuration, as it was written. What it says wrongly is a finding, and has no effect. */
  readonly settings: Json;
  readonly suppressions: readonly Suppression[];
  /** Was everything looked at in which a finding of this code could be? */
  readonly isKnown: (code: string) => boolean;
}

/** What a suppression met where it stands. */
type Effect = "used" | "error";

/**
 * Applies what the author said about findings: how each code counts, and which places are right as they are. Whatever is
 * printed, counted, or stops a run, has passed here.
 *
 * A suppression without effect is a finding, MS1016. Errors are never suppressed: they would stop a run.
 */
export function settleFindings(found: readonly Diagnostic[], wishes: Wishes): Settled {
  const { settings, suppressions } = wishes;
  const bySpot = new Map(
    suppressions
      .filter(({ reason }) => reason !== "")
      .map((one) => [spotOf(one.code, one.at.file, one.line), one]),
  );
  const effects = new Map<Suppression, Effect>();
  const diagnostics: Diagnostic[] = [];
  const suppressed: Suppressed[] = [];
  for (const diagnostic of found) {
    const { code, at } = diagnostic;
    const setting = settingOf(code, settings) ?? diagnostic.severity;
    const suppression = at && bySpot.get(spotOf(code, at.file, at.line));
    if (suppression) effects.set(suppression, setting === "error" ? "error" : "used");
    if (setting === "off") continue;
    const settled = { ...diagnostic, severity: setting };
    if (suppression && setting !== "error")
      suppressed.push({ diagnostic: settled, reason: suppression.reason });
    else diagnostics.push(settled);
  }
  if (suppressions.length === 0) return { diagnostics: diagnostics.sort(bySource), suppressed };
  const severity = settingOf("MS1016", settings) ?? "warning";
  if (severity === "off") return { diagnostics, suppressed };
  const idle = suppressions.flatMap((one) => idleFinding(one, effects.get(one), wishes) ?? []);
  return {
    diagnostics: [...diagnostics, ...idle.map((one) => ({ ...one, severity }))].sort(bySource),
    suppressed,
  };
}

function spotOf(code: string, file: string, line: number): string {
  return JSON.stringify([code, file, line]);
}

function settingOf(code: string, settings: Json): Setting | undefined {
  if (typeof settings !== "object" || settings === null || !isAuthorCode(code)) return undefined;
  const setting = (settings as Readonly<Record<string, Json>>)[code];
  return setting === undefined || whyNotSettable(code, setting) ? undefined : (setting as Setting);
}

/** MS1016: the comment suppresses nothing. */
function idleFinding(
  { code, reason, at }: Suppression,
  effect: Effect | undefined,
  { isKnown }: Wishes,
): Diagnostic | undefined {
  const idle = (why: "unused" | "unknown" | "error" | "noReason" | "noCode", guess?: string) =>
    diagnose("MS1016", { why, code, guess }, { at });
  if (code === "") return idle("noCode");
  if (!isAuthorCode(code)) {
    const [guess, ...more] = closestCodes(code).filter(isAuthorCode);
    return idle("unknown", more.length === 0 ? guess : undefined);
  }
  if (reason === "") return idle("noReason");
  if (effect === "error") return idle("error");
  return effect === undefined && isKnown(code) ? idle("unused") : undefined;
}
