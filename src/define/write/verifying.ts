import type { Effect, TaskCode } from "../../plan/index.ts";
import { describe } from "../describe.ts";
import type { AnyRoot, ItemRoot, NodeRecord, ScopeRecord } from "../record.ts";
import { refInfo, refTo } from "../ref.ts";
import { verificationRecord } from "../verify.ts";
import { type At, invalid, type Writing } from "./writing.ts";

type OwnCheck = NonNullable<TaskCode["verify"]>[number];

const WHAT_IT_GIVES = "it gives fileExists(…), urlAnswers(…), holds(…), or a list of these";

/** What has to be so when a task says that it is done: what a plan can say, and the functions. */
export function verifying(
  { options }: NodeRecord,
  at: At,
  writing: Pick<Writing, "report">,
): { readonly effects: readonly Effect[]; readonly checks: readonly OwnCheck[] } {
  const effects: Effect[] = [];
  const checks: OwnCheck[] = [];
  const wrong = (found: string, reason: string) => invalid("verify", found, reason, at("verify"), writing);
  if (options.verify === undefined) return { effects, checks };
  if (typeof options.verify !== "function") {
    wrong(describe(options.verify), "it is a function of the output: (output) => fileExists(output.path)");
    return { effects, checks };
  }
  const scope: ScopeRecord = { parent: undefined };
  const root: ItemRoot = { is: "item", label: "output", scope };
  const output = refTo(root);
  const given = [(options.verify as (output: unknown) => unknown)(output)].flat();
  // A claim that nothing is held against would look as if it was.
  if (given.length === 0) wrong("an empty list", WHAT_IT_GIVES);
  for (const value of given) {
    const record = verificationRecord(value);
    if (!record) {
      wrong(describe(value), WHAT_IT_GIVES);
      continue;
    }
    if (record.is === "check") {
      if (typeof record.check !== "function") wrong(describe(record.check), "holds(…) takes a function");
      else {
        checks.push(record.check as OwnCheck);
        effects.push({ is: "check" });
      }
      continue;
    }
    const claimed = claimedOf(record.at, scope);
    if (claimed) effects.push({ is: record.is, at: claimed });
    else wrong(describe(record.at), "where it is is a text, or a part of the task's own output");
  }
  return { effects, checks };
}

function claimedOf(at: unknown, scope: ScopeRecord) {
  if (typeof at === "string" && at.trim() !== "") return { text: at };
  const info = refInfo(at);
  const root = info?.root as AnyRoot | undefined;
  return root?.is === "item" && root.scope === scope ? { path: info!.path } : undefined;
}
