import type { Importance, OnFailure, Ordered } from "../../plan/index.ts";
import { describe } from "../describe.ts";
import { listOf } from "../list-of.ts";
import { type NodeRecord, nodeRecord } from "../record.ts";
import { refInfo } from "../ref.ts";
import { toCondition } from "../to-expr.ts";
import { nameHere } from "./name-here.ts";
import { onFailureOf } from "./on-failure.ts";
import { type At, invalid, oneOfWords, shown, type Writing } from "./writing.ts";

/** `when`, `after`, `onSkip` and `phase`. */
export function order(record: NodeRecord, at: At, writing: Writing): Ordered {
  const { options } = record;
  const when =
    options.when === undefined ? undefined : toCondition(refInfo(options.when), at("when"), writing);
  const after: string[] = [];
  const listed = listOf(options.after);
  if (options.after !== undefined && !Array.isArray(options.after))
    invalid("after", describe(options.after), "it is a list of nodes", at("after"), writing);
  for (const [i, node] of listed.entries()) {
    const record = nodeRecord(node);
    if (!record) invalid("after", describe(node), "it lists nodes", at("after", i), writing);
    else {
      const reason = "a node inside a map is ordered by the map itself: move `after` there";
      const name = nameHere(record, "after", reason, at, at("after", i), writing);
      if (name !== undefined) after.push(name);
    }
  }
  const onSkip = oneOfWords(options.onSkip, "onSkip", ["run"], at, writing);
  const phase = options.phase === undefined ? undefined : phaseOf(record, at, writing);
  return {
    ...(when ? { when } : {}),
    ...(after.length > 0 ? { after } : {}),
    ...(onSkip ? { onSkip } : {}),
    ...(phase === undefined ? {} : { phase }),
  };
}

/** Whether the score has it is a rule's matter. */
function phaseOf({ options: { phase }, scope }: NodeRecord, at: At, writing: Writing): string | undefined {
  if (typeof phase === "string" && scope === undefined) return phase;
  const reason =
    scope === undefined
      ? "it is the name of one of the score's phases"
      : "only the score's own nodes have one: what is inside a map or a loop is in the phase of that";
  invalid("phase", shown(phase), reason, at("phase"), writing);
  return undefined;
}

/** `importance` and `onFailure`. */
export function failure(
  { options }: NodeRecord,
  at: At,
  writing: Writing,
): { readonly importance?: Importance; readonly onFailure?: OnFailure } {
  const known = ["critical", "high", "normal", "low"] as const;
  const importance = oneOfWords(options.importance, "importance", known, at, writing);
  const onFailure = onFailureOf(options.onFailure, at, writing);
  return {
    ...(importance === undefined || importance === "normal" ? {} : { importance }),
    ...(onFailure ? { onFailure } : {}),
  };
}
