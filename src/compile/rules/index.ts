import type { Finding } from "../../define/finding.ts";
import type { CompiledAgent, CompiledOrchestra, CompiledScore } from "../compilation.ts";
import { Presence } from "../graph/presence.ts";
import { type GraphOf, type ScoreGraph, toScoreGraph } from "../graph/score-graph.ts";
import { bindingFits } from "./binding-fits.ts";
import { cycle } from "./cycle.ts";
import { duplicateId } from "./duplicate-id.ts";
import { fallbackFits } from "./fallback-fits.ts";
import { fileName } from "./file-name.ts";
import { mayBeAbsent } from "./may-be-absent.ts";
import { neverRuns } from "./never-runs.ts";
import { playsNoScore } from "./plays-no-score.ts";
import { sameInEveryRun } from "./same-in-every-run.ts";
import { shapelessOutput } from "./shapeless-output.ts";
import { switchCases } from "./switch-cases.ts";
import { unknownField } from "./unknown-field.ts";

/** What rules across files look at: plain data, in the process that asked. */
export interface RuleContext {
  readonly scores: readonly CompiledScore[];
  readonly agents: readonly CompiledAgent[];
  readonly orchestras: readonly CompiledOrchestra[];
  /** False when only some files were loaded: what is not there may be in another. */
  readonly isWhole: boolean;
  readonly report: (finding: Finding) => void;
}

/** What rules about one score look at. */
export interface GraphContext {
  readonly graph: ScoreGraph;
  readonly presence: Presence;
  readonly report: (finding: Finding) => void;
}

/**
 * Every rule that looks at compiled data. Those that need a definition alive, its schemas and functions, run where it
 * was evaluated: `definition-rules.ts`. What `toPlan` finds while it writes a plan needs no rule.
 */
const workspaceRules: readonly ((context: RuleContext) => void)[] = [duplicateId, fileName, playsNoScore];
const scoreRules: readonly ((context: GraphContext) => void)[] = [
  cycle,
  unknownField,
  bindingFits,
  sameInEveryRun,
  fallbackFits,
  shapelessOutput,
  switchCases,
  neverRuns,
  mayBeAbsent,
];

/** Applies every rule to everything. */
export function applyRules(context: RuleContext): void {
  for (const rule of workspaceRules) rule(context);
  const graphs = new Map<string, ScoreGraph>();
  const graphOf: GraphOf = (id) => graphs.get(id);
  for (const score of context.scores) graphs.set(score.id, toScoreGraph(score, graphOf));
  for (const score of context.scores) {
    const known = graphs.get(score.id)!;
    // Of two scores with one id, the second has the name: the first is looked at all the same.
    const graph = known.score === score ? known : toScoreGraph(score, graphOf);
    const presence = new Presence(graph);
    for (const rule of scoreRules) rule({ graph, presence, report: context.report });
  }
}
