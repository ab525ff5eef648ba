import type { Finding } from "../../define/finding.ts";
import type { Path, PlanNode } from "../../plan/index.ts";
import type { Declared } from "./schema-of.ts";
import { sitesOf } from "./score-graph.ts";
import { EACH } from "./walk-schema.ts";

/** Where a schema stands: a call, and the way to it from there. */
export interface Declaration {
  readonly sites: Finding["sites"];
  readonly path: Path;
}

/** Where the schema of what is given stands, and the way to the value in it. */
export function declarationOf({ origin, path }: Declared, more: Path = []): Declaration | undefined {
  const { is, node, score } = origin;
  if (is === "input") {
    const sites = score.definitions[""];
    return sites && inside({ sites, path: [0, ...path] }, more);
  }
  // A text is read where it is written.
  if (!node || node.plan.kind === "text") return undefined;
  const own = { sites: sitesOf(score, node), path: [] };
  if (node.plan.kind === "shell" || node.plan.kind === "wait") return own;
  const defined =
    node.plan.kind === "task" || node.plan.kind === "agent" ? score.definitions[node.path] : undefined;
  return inside({ sites: defined ?? own.sites, path: [optionOf(node.plan), ...path] }, more);
}

/** The place `more` further in. */
export function inside({ sites, path }: Declaration, more: Path): Declaration {
  // What a list holds stands in the source as the first thing it is given.
  return { sites, path: [...path, ...more].map((step) => (step === EACH ? 0 : step)) };
}

function optionOf({ kind }: PlanNode): string {
  if (kind === "http") return "response";
  if (kind === "loop") return "state";
  return kind === "checkpoint" ? "decision" : "output";
}
