import { changedCode } from "./changed-code.ts";
import { changedDecision } from "./changed-decision.ts";
import { changedIteration } from "./changed-iteration.ts";
import { changedKind } from "./changed-kind.ts";
import { demandingInput } from "./demanding-input.ts";
import { lateUpstream } from "./late-upstream.ts";
import type { MovedRun } from "./moved-run.ts";
import { narrowedOutput } from "./narrowed-output.ts";
import { removedCase } from "./removed-case.ts";
import { removedNode } from "./removed-node.ts";
import { renamedNode } from "./renamed-node.ts";

/** Every rule about what a run holds, and the score as it is now. */
export const runRules: readonly ((run: MovedRun) => void)[] = [
  removedNode,
  renamedNode,
  changedKind,
  narrowedOutput,
  demandingInput,
  changedDecision,
  lateUpstream,
  removedCase,
  changedIteration,
  changedCode,
];
