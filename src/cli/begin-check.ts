import { beginEvaluation, type Evaluation, type EvaluationOptions } from "../compile/begin-evaluation.ts";
import { diskTime } from "../compile/cache.ts";
import type { Workspace } from "../compile/find-workspace.ts";
import { beginChild, DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_MS } from "../compile/run-child.ts";
import { EVALUATE } from "../paths.ts";

/** Has a workspace evaluated while what checks it is still to be loaded: the process that evaluates takes longest to start. */
export function beginCheck(
  workspace: Workspace,
  options: Pick<EvaluationOptions, "only" | "isStrict">,
): { readonly startedAt: number; readonly evaluation: Evaluation } {
  const limits = { timeoutMs: DEFAULT_TIMEOUT_MS, memoryMb: DEFAULT_MEMORY_MB };
  const begun = beginChild(workspace.root, { entry: EVALUATE, ...limits });
  const startedAt = diskTime(workspace);
  const evaluation = beginEvaluation({ ...options, ...limits, workspace, childEntry: EVALUATE, begun });
  return { startedAt, evaluation };
}
