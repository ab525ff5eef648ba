import type { Condition, Expr, PlanNode } from "../plan/index.ts";
import { withArticle } from "../support/with-article.ts";
import type { NodeRecord } from "./record.ts";
import { refInfo } from "./ref.ts";
import { type Place, toCondition, toExpr } from "./to-expr.ts";
import { writeAgent } from "./write/agent.ts";
import { writeArtifact } from "./write/artifact.ts";
import { writeDerive } from "./write/derive.ts";
import { writeHttp, writeScore, writeShell } from "./write/outside.ts";
import { writeCheckpoint, writeWait } from "./write/pauses.ts";
import { order } from "./write/policies.ts";
import { writeLoop, writeMap } from "./write/repeat.ts";
import { writeTask } from "./write/task.ts";
import type { At, Writing } from "./write/writing.ts";

/** Stands in where the author's condition could not be read; the finding says so. */
const NEVER: Condition = { is: "any", of: [] };

/** The plan of one node. Findings go to `writing`; the node is whole all the same, so that later checks can go on. */
export function toPlanNode(record: NodeRecord, name: string, writing: Writing): PlanNode {
  const reader = name.startsWith("~") ? withArticle(record.kind, true) : `"${name}"`;
  const at = (...path: (string | number)[]): Place => ({ reader, sites: record.sites, path });
  const { options, parts = [] } = record;
  switch (record.kind) {
    case "text":
      return { kind: "text", strings: options.strings as string[], values: partsToExpr(parts, at, writing) };
    case "oneOf":
      return { kind: "oneOf", of: partsToExpr(parts, at, writing) };
    case "derive":
      return writeDerive(record, at, writing);
    case "branch": {
      const on = toCondition(refInfo(options.on), at("on"), writing) ?? NEVER;
      return { kind: "branch", on, ...order(record, at, writing) };
    }
    case "switchOn":
      return { kind: "switchOn", on: toExpr(options.on, at("on"), writing), ...order(record, at, writing) };
    case "map":
      return writeMap(record, name, at, writing);
    case "loop":
      return writeLoop(record, name, at, writing);
    case "task":
      return writeTask(record, at, writing);
    case "agent":
      return writeAgent(record, at, writing);
    case "http":
      return writeHttp(record, at, writing);
    case "shell":
      return writeShell(record, at, writing);
    case "score":
      return writeScore(record, at, writing);
    case "wait":
      return writeWait(record, at, writing);
    case "checkpoint":
      return writeCheckpoint(record, at, writing);
    case "artifact":
      return writeArtifact(record, at, writing);
    default:
      return record.kind satisfies never;
  }
}

function partsToExpr(parts: readonly unknown[], at: At, writing: Writing): Expr[] {
  return parts.map((part, i) => toExpr(part, at(i), writing));
}
