import type { Finding } from "../../define/finding.ts";
import type { CompiledAgent, CompiledConfig, CompiledOrchestra, CompiledScore } from "../compilation.ts";
import type { Environment } from "../environment.ts";
import { Presence } from "../graph/presence.ts";
import { type GraphOf, type ScoreGraph, toScoreGraph } from "../graph/score-graph.ts";
import { Seen } from "../graph/seen.ts";
import { Taint } from "../graph/taint.ts";
import { agentLimits } from "./agent-limits.ts";
import { agentTimeout } from "./agent-timeout.ts";
import { artifactName } from "./artifact-name.ts";
import { bindingFits } from "./binding-fits.ts";
import { budgetWithoutPrice } from "./budget-without-price.ts";
import { checkpointExpiry } from "./checkpoint-expiry.ts";
import { cycle } from "./cycle.ts";
import { deadOutput } from "./dead-output.ts";
import { decisionForm } from "./decision-form.ts";
import { duplicateId } from "./duplicate-id.ts";
import { endlessLoop } from "./endless-loop.ts";
import { fallbackFits } from "./fallback-fits.ts";
import { fileName } from "./file-name.ts";
import { handlerReads } from "./handler-reads.ts";
import { httpHost } from "./http-host.ts";
import { mayBeAbsent } from "./may-be-absent.ts";
import { mayBeSkippedBefore } from "./may-be-skipped-before.ts";
import { missingPackages } from "./missing-packages.ts";
import { missingVariables } from "./missing-variables.ts";
import { neverRuns } from "./never-runs.ts";
import { overlappingRuns } from "./overlapping-runs.ts";
import { phases } from "./phases.ts";
import { playsNoScore } from "./plays-no-score.ts";
import { redundantAfter } from "./redundant-after.ts";
import { remadeValue } from "./remade-value.ts";
import { resources } from "./resources.ts";
import { runTimeout } from "./run-timeout.ts";
import { sameInEveryRun } from "./same-in-every-run.ts";
import { scoreCircle } from "./score-circle.ts";
import { secretBindings } from "./secret-bindings.ts";
import { secretExposed } from "./secret-exposed.ts";
import { shapelessOutput } from "./shapeless-output.ts";
import { sharedArtifactName } from "./shared-artifact-name.ts";
import { structuredOutput } from "./structured-output.ts";
import { switchCases } from "./switch-cases.ts";
import { tiersNeverRise } from "./tiers-never-rise.ts";
import { tooManyNodes } from "./too-many-nodes.ts";
import { triggerCircle } from "./trigger-circle.ts";
import { triggerFields } from "./trigger-fields.ts";
import { unboundedFanOut } from "./unbounded-fan-out.ts";
import { uncheckedModelOutput } from "./unchecked-model-output.ts";
import { unknownField } from "./unknown-field.ts";
import { unknownModel } from "./unknown-model.ts";
import { unknownPolicy } from "./unknown-policy.ts";
import { unsafeRetry } from "./unsafe-retry.ts";
import { untrustedInShell } from "./untrusted-in-shell.ts";

/** What rules across files look at: plain data, in the process that asked. */
export interface RuleContext {
  readonly scores: readonly CompiledScore[];
  readonly agents: readonly CompiledAgent[];
  readonly orchestras: readonly CompiledOrchestra[];
  /** Absent when there is none, or when it could not be loaded. */
  readonly config: CompiledConfig | undefined;
  /** False when there is a configuration that could not be loaded: nothing is known of it. */
  readonly isConfigRead: boolean;
  /** Where the workspace is going to be played; absent: anywhere. */
  readonly environment: Environment | undefined;
  /** False when only some files were loaded: what is not there may be in another. */
  readonly isWhole: boolean;
  readonly report: (finding: Finding) => void;
}

/** What rules across scores look at besides. */
export interface WorkspaceContext extends RuleContext {
  readonly graphOf: GraphOf;
  readonly presenceOf: (graph: ScoreGraph) => Presence;
}

/** What rules about one score look at. */
export interface GraphContext extends Pick<RuleContext, "config" | "isConfigRead"> {
  readonly graph: ScoreGraph;
  readonly presence: Presence;
  readonly taint: Taint;
  readonly seen: Seen;
  /** False when something of the score could not be read: who reads what is not all known then. */
  readonly isRead: boolean;
  readonly report: (finding: Finding) => void;
}

/**
 * Every rule that looks at compiled data. Those that need a definition alive, its schemas and functions, run where it
 * was evaluated: `definition-rules.ts`. What `toPlan` finds while it writes a plan needs no rule.
 */
const workspaceRules: readonly ((context: WorkspaceContext) => void)[] = [
  duplicateId,
  fileName,
  playsNoScore,
  unknownModel,
  unknownPolicy,
  tiersNeverRise,
  structuredOutput,
  agentLimits,
  budgetWithoutPrice,
  secretBindings,
  missingPackages,
  missingVariables,
  overlappingRuns,
  triggerFields,
  triggerCircle,
  scoreCircle,
];
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
  untrustedInShell,
  uncheckedModelOutput,
  secretExposed,
  agentTimeout,
  unsafeRetry,
  httpHost,
  resources,
  handlerReads,
  mayBeSkippedBefore,
  phases,
  redundantAfter,
  deadOutput,
  tooManyNodes,
  endlessLoop,
  unboundedFanOut,
  runTimeout,
  checkpointExpiry,
  decisionForm,
  artifactName,
  remadeValue,
  sharedArtifactName,
];

/** What the rules are asked about, and the files in which `toPlan` met what it could not read. */
interface Compiled extends RuleContext {
  readonly unread: ReadonlySet<string>;
}

/** What rules found of each score, and what that rests on: asked again, they look only at what is another one. */
export class RuleMemory {
  readonly named = new Map<string, ScoreGraph>();
  readonly graphOf: GraphOf = (id) => this.named.get(id);
  readonly #graphs = new WeakMap<CompiledScore, ScoreGraph>();
  readonly #presences = new WeakMap<ScoreGraph, Presence>();
  readonly #played = new WeakMap<ScoreGraph, readonly string[]>();
  readonly #found = new WeakMap<CompiledScore, { basis: readonly unknown[]; findings: Finding[] }>();

  graphFor(score: CompiledScore): ScoreGraph {
    const graph = this.#graphs.get(score) ?? toScoreGraph(score, this.graphOf);
    this.#graphs.set(score, graph);
    return graph;
  }

  readonly presenceOf = (graph: ScoreGraph): Presence => {
    const presence = this.#presences.get(graph) ?? new Presence(graph);
    this.#presences.set(graph, presence);
    return presence;
  };

  /** The scores that nodes of `graph` play. */
  playedIn(graph: ScoreGraph): readonly string[] {
    const known = this.#played.get(graph);
    if (known) return known;
    const played = graph.nodes.flatMap(({ plan }) => (plan.kind === "score" ? [plan.score] : []));
    this.#played.set(graph, played);
    return played;
  }

  /** Looks at a score that plays no other one before the rest of the workspace is there. */
  prepare(score: CompiledScore, about: AboutScore): void {
    const graph = this.graphFor(score);
    if (this.playedIn(graph).length === 0) findingsOf(graph, this, { ...about, taint: new Taint() });
  }

  /** What `find` finds of `score`, or has found when nothing of `basis` was another one. */
  findingsOf(score: CompiledScore, basis: readonly unknown[], find: () => Finding[]): readonly Finding[] {
    const known = this.#found.get(score);
    if (known?.basis.length === basis.length && known.basis.every((one, i) => one === basis[i]))
      return known.findings;
    const findings = find();
    this.#found.set(score, { basis, findings });
    return findings;
  }
}

/** Applies every rule to everything; of the scores that `memory` knows, what it knows of them is told. */
export function applyRules({ unread, ...context }: Compiled, memory = new RuleMemory()): void {
  const { scores, config, isConfigRead, report } = context;
  const { named, graphOf, presenceOf } = memory;
  named.clear();
  // Of two scores with one id, the second has the name: the first is looked at all the same.
  for (const score of scores) named.set(score.id, memory.graphFor(score));
  for (const rule of workspaceRules) rule({ ...context, graphOf, presenceOf });
  const taint = new Taint();
  for (const score of scores) {
    const about = { config, isConfigRead, isRead: !unread.has(score.file), taint };
    for (const finding of findingsOf(memory.graphFor(score), memory, about)) report(finding);
  }
}

/** What a score's findings rest on besides the scores that it plays. */
type AboutScore = Pick<GraphContext, "config" | "isConfigRead" | "isRead">;

function findingsOf(
  graph: ScoreGraph,
  memory: RuleMemory,
  { taint, ...about }: AboutScore & Pick<GraphContext, "taint">,
): readonly Finding[] {
  const { config, isConfigRead, isRead } = about;
  const basis = [config, isConfigRead, isRead, ...playedBy(graph, memory)];
  return memory.findingsOf(graph.score, basis, () => {
    const found: Finding[] = [];
    const report = (one: Finding) => void found.push(one);
    const seen = new Seen(graph, taint);
    const known = { graph, presence: memory.presenceOf(graph), taint, seen, ...about, report };
    for (const rule of scoreRules) rule(known);
    return found;
  });
}

/** The scores that are played in this one, and in those; of one that is not there, its name. */
function playedBy(graph: ScoreGraph, memory: RuleMemory): (ScoreGraph | string)[] {
  const found = new Map<string, ScoreGraph | string>();
  const open = [graph];
  for (const one of open) {
    for (const id of memory.playedIn(one)) {
      if (found.has(id)) continue;
      const played = memory.graphOf(id);
      found.set(id, played ?? id);
      if (played) open.push(played);
    }
  }
  return [...found.values()];
}
