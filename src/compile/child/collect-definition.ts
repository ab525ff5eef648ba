import type { AgentRecord } from "../../define/define-agent.ts";
import type { ConfigRecord } from "../../define/define-config.ts";
import type { OrchestraRecord, Schedule } from "../../define/define-orchestra.ts";
import type { ScoreRecord } from "../../define/define-score.ts";
import { type DefinitionKind, definitionKind } from "../../define/definition.ts";
import { describe, idText, toText } from "../../define/describe.ts";
import type { Finding } from "../../define/finding.ts";
import type { Site } from "../../define/site.ts";
import { toOrchestraPlan } from "../../define/to-orchestra-plan.ts";
import { catalogue } from "../../diagnostics/index.ts";
import { withArticle } from "../../support/with-article.ts";
import { applyDefinitionRules } from "../rules/definition-rules.ts";
import { collectAgent } from "./collect-agent.ts";
import { collectConfig } from "./collect-config.ts";
import { collectScore } from "./collect-score.ts";
import type { DefinitionFile, Failure, LoadedDefinition } from "./protocol.ts";
import { toFailure, toSites } from "./to-failure.ts";
import { toJson } from "./to-json.ts";
import type { UnusedNodes } from "./to-unused.ts";
import { variablesOf } from "./variables-of.ts";

interface Collected {
  readonly definition: LoadedDefinition | undefined;
  readonly findings: readonly Finding[];
  readonly failures: readonly Failure[];
}

/** Where a definition is collected. */
interface Collecting {
  readonly root: string;
  readonly unused: UnusedNodes;
}

/** The default export of a module as plain data, with what is wrong with it. Never throws, whatever was exported. */
export async function collectDefinition(
  module: { readonly default?: unknown },
  { file, kind }: DefinitionFile,
  { root, unused }: Collecting,
): Promise<Collected> {
  const findings: Finding[] = [];
  const report = (finding: Finding) => void findings.push(withOwnSites(finding, root));
  try {
    const found = definitionKind(module.default);
    if (found !== kind) {
      const facts = { file, wanted: kind, ...whatIsExported(module, found) };
      report({ code: "MS1002", facts, sites: [] });
      return { definition: undefined, findings, failures: [] };
    }
    const agents: AgentRecord[] = [];
    const definition = toLoaded(module.default, kind, { file, root, unused, report, agents });
    await applyDefinitionRules({ kind, definition: module.default as never, report });
    for (const agent of agents)
      await applyDefinitionRules({ kind: "agent", definition: agent as never, report });
    return { definition, findings, failures: [] };
  } catch (error) {
    const failure = toFailure(error, { root, missing: undefined });
    if (typeof failure === "string") return { definition: undefined, findings, failures: [] };
    if ("finding" in failure)
      return { definition: undefined, findings: [...findings, failure.finding], failures: [] };
    // None of its author's functions threw: what could not be read any further has been told.
    const isTold = failure.is === "threw" && failure.sites.length === 0 && findings.some(isError);
    return { definition: undefined, findings, failures: isTold ? [] : [failure] };
  }
}

/** What a module exports instead of what it should, for MS1002. */
function whatIsExported(module: { readonly default?: unknown }, kind: DefinitionKind | undefined) {
  if (kind !== undefined && kind !== "config") return { found: withArticle(kind), folder: `${kind}s` };
  return { found: "default" in module ? describe(module.default) : undefined, folder: undefined };
}

function isError({ code }: Finding): boolean {
  return catalogue[code].severity === "error";
}

interface Context extends Collecting {
  readonly file: string;
  readonly report: (finding: Finding) => void;
  /** Takes up the agents that a score uses. */
  readonly agents: AgentRecord[];
}

function toLoaded(value: unknown, kind: DefinitionFile["kind"], context: Context): LoadedDefinition {
  switch (kind) {
    case "score":
      return collectScore(value as ScoreRecord, context);
    case "agent": {
      const agent = value as AgentRecord;
      return { is: "agent", model: toText(agent.model), ...collectAgent(agent, context.root) };
    }
    case "orchestra":
      return collectOrchestra(value as OrchestraRecord, context.root);
    case "config":
      return collectConfig(value as ConfigRecord, context.root);
  }
}

function collectOrchestra(record: OrchestraRecord, root: string): LoadedDefinition {
  const { id, name, plays, input, schedule, secrets, sites } = record;
  const found = definitionKind(plays);
  const given = toJson(input ?? {});
  const played = found === "score" ? idText((plays as ScoreRecord).id) : undefined;
  return {
    is: "orchestra",
    id: idText(id),
    ...(name === undefined ? {} : { name: toText(name) }),
    ...(played === undefined
      ? { playsInstead: found ? withArticle(found) : describe(plays) }
      : { score: played }),
    input: given,
    ...(found === "score" ? { plan: toOrchestraPlan(record, plays as ScoreRecord, given) } : {}),
    ...(schedule ? { schedule: collectSchedule(schedule) } : {}),
    secrets: variablesOf(secrets),
    sites: toSites(sites, root),
  };
}

function collectSchedule({ cron, timezone, overlap }: Schedule) {
  const whole = { cron: toText(cron), timezone: toText(timezone) };
  return overlap === undefined ? whole : { ...whole, overlap: toText(overlap) };
}

function withOwnSites(finding: Finding, root: string): Finding {
  const others = finding.others?.map((other) => ({ ...other, sites: toSites(other.sites as Site[], root) }));
  return { ...finding, sites: toSites(finding.sites, root), ...(others ? { others } : {}) };
}
