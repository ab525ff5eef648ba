import { MaestroError } from "../../diagnostics/index.ts";
import type { CheckedPlan } from "./make-plan.ts";

/** What stands against a deploy, which has been shown with it; `undefined` when nothing does. */
export function whyRefused({ findings }: CheckedPlan): MaestroError | undefined {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return errors > 0 ? new MaestroError("MR2062", { errors }) : undefined;
}
