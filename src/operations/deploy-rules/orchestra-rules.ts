import type { Compilation } from "../../compile/index.ts";
import type { Finding } from "../../define/finding.ts";
import type { LiveChange } from "./deploy-findings.ts";
import { limitInFlight } from "./limit-in-flight.ts";
import { scoreGone } from "./score-gone.ts";
import { secretStillNeeded } from "./secret-still-needed.ts";

type OrchestraRule = (
  change: LiveChange,
  compilation: Compilation,
  report: (finding: Finding) => void,
) => void;

/** Every rule about an orchestra and what of it does not stay with its runs. */
export const orchestraRules: readonly OrchestraRule[] = [scoreGone, limitInFlight, secretStillNeeded];
