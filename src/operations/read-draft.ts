import { readFileSync } from "node:fs";
import { MaestroError } from "../diagnostics/index.ts";
import { PLAN_FORMAT, type Plan } from "../plan/index.ts";
import type { DeployDraft } from "./deploy-draft.ts";

const MOST_BYTES = 64 * 1024 * 1024;

/**
 * What is to be deployed, from the file in which another process of this user has put it: it may be larger than a request.
 * @throws MaestroError MR2063 when it is none, MR1020 when a newer Maestro has compiled it
 */
export function readDraft(file: string): DeployDraft {
  try {
    const text = readFileSync(file, "utf8");
    if (text.length > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES} bytes`);
    const draft = JSON.parse(text) as DeployDraft;
    const isWhole =
      draft.orchestras.every(
        ({ plan, deployment }) => isName(plan.id) && isName(plan.score) && isName(deployment),
      ) &&
      draft.deployments.every(({ hash, plan, codeFile }) => isName(hash) && isName(plan) && isName(codeFile));
    if (!isWhole) throw new Error("something is missing in it");
    const format = Math.max(0, ...draft.deployments.map(({ plan }) => (JSON.parse(plan) as Plan).format));
    if (format > PLAN_FORMAT) throw new MaestroError("MR1020", { format, known: PLAN_FORMAT });
    return draft;
  } catch (cause) {
    if (cause instanceof MaestroError) throw cause;
    throw new MaestroError("MR2063", { detail: (cause as Error).message }, { cause });
  }
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
