import type { Finding } from "../../define/finding.ts";
import type { CompiledAgent, CompiledConfig, CompiledOrchestra, CompiledScore } from "../compilation.ts";
import { Presence } from "../graph/presence.ts";
import { type GraphOf, type ScoreGraph, toScoreGraph } from "../graph/score-graph.ts";
import { agentLimits } from "./agent-limits.ts";
import { agentTimeout } from "./agent-timeout.ts";
import { cycle } from "./cycle.ts";
import { duplicateId } from "./duplicate-id.ts";
import { fileName } from "./file-name.ts";
import { httpHost } from "./http-host.ts";
import { mayBeAbsent } from "./may-be-absent.ts";
import { neverRuns } from "./never-runs.ts";
import { playsNoScore } from "./plays-no-score.ts";
import { structuredOutput } from "./structured-output.ts";
import { switchCases } from "./switch-cases.ts";
import { unknownField } from "./unknown-field.ts";
import { unknownModel } from "./unknown-model.ts";
import { unsafeRetry } from "./unsafe-retry.ts";

/** What rules across files look at: plain data, in the process that asked. */
export interface RuleContext {
  readonly scores: readonly CompiledScore[];
  readonly agents: readonly CompiledAgent[];
  readonly orchestras: readonly CompiledOrchestra[];
  /** Absent when there is none, or when it could not be loaded. */
  readonly config: CompiledConfig | undefined;
  /** False when there is a configuration that could not be loaded: nothing is known of it. */
  readonly isConfigRead: boolean;
  /** False when only some files were loaded: what is not there may be in another. */
  readonly isWhole: boolean;
  readonly report: (finding: Finding) => void;
}

/** What rules about one score look at. */
export interface GraphContext extends Pick<RuleContext, "config" | "isConfigRead"> {
  readonly graph: ScoreGraph;
  readonly presence: Presence;
  readonly report: (finding: Finding) => void;
}

/**
 * Every rule that looks at compiled data. Those that need a definition alive, its schemas and functions, run where it
 * was evaluated: `definition-rules.ts`. What `toPlan` finds while it writes a plan needs no rule.
 */
const workspaceRules: readonly ((context: RuleContext) => void)[] = [
  duplicateId,
  fileName,
  playsNoScore,
  unknownModel,
  structuredOutput,
  agentLimits,
];
const scoreRules: readonly ((context: GraphContext) => void)[] = [
  cycle,
  unknownField,
  switchCases,
  neverRuns,
  mayBeAbsent,
  agentTimeout,
  unsafeRetry,
  httpHost,
];

/** Applies every rule to everything. */
export function applyRules(context: RuleContext): void {
  const { config, isConfigRead, report } = context;
  for (const rule of workspaceRules) rule(context);
  const graphs = new Map<string, ScoreGraph>();
  const graphOf: GraphOf = (id) => graphs.get(id);
  for (const score of context.scores) graphs.set(score.id, toScoreGraph(score, graphOf));
  for (const score of context.scores) {
    const known = graphs.get(score.id)!;
    // Of two scores with one id, the second has the name: the first is looked at all the same.
    const graph = known.score === score ? known : toScoreGraph(score, graphOf);
    const presence = new Presence(graph);
    for (const rule of scoreRules) rule({ graph, presence, config, isConfigRead, report });
  }
}
