import type { AgentRecord } from "../../define/define-agent.ts";
import type { ConfigRecord } from "../../define/define-config.ts";
import type { OrchestraRecord, Schedule } from "../../define/define-orchestra.ts";
import type { ScoreRecord } from "../../define/define-score.ts";
import { type DefinitionKind, definitionKind } from "../../define/definition.ts";
import { describe } from "../../define/describe.ts";
import { envName } from "../../define/env.ts";
import type { Finding } from "../../define/finding.ts";
import type { Site } from "../../define/site.ts";
import { withArticle } from "../../diagnostics/entry.ts";
import type { Json } from "../../support/json.ts";
import { definitionRules } from "../rules/definition-rules.ts";
import { collectScore } from "./collect-score.ts";
import type { DefinitionFile, Failure, LoadedDefinition, LoadedOrchestra } from "./protocol.ts";
import { toFailure, toSites } from "./to-failure.ts";
import type { UnusedNodes } from "./to-unused.ts";

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
    const definition = toLoaded(module.default, kind, { file, root, unused, report });
    for (const rule of definitionRules) await rule({ kind, definition: module.default as never, report });
    return { definition, findings, failures: [] };
  } catch (error) {
    const failure = toFailure(error, { root, missing: undefined });
    if (typeof failure === "object" && "finding" in failure)
      return { definition: undefined, findings: [...findings, failure.finding], failures: [] };
    return { definition: undefined, findings, failures: failure === "needsTsx" ? [] : [failure] };
  }
}

/** What a module exports instead of what it should, for MS1002. */
function whatIsExported(module: { readonly default?: unknown }, kind: DefinitionKind | undefined) {
  if (kind !== undefined && kind !== "config") return { found: withArticle(kind), folder: `${kind}s` };
  return { found: "default" in module ? describe(module.default) : undefined, folder: undefined };
}

interface Context extends Collecting {
  readonly file: string;
  readonly report: (finding: Finding) => void;
}

function toLoaded(value: unknown, kind: DefinitionFile["kind"], context: Context): LoadedDefinition {
  switch (kind) {
    case "score":
      return collectScore(value as ScoreRecord, context);
    case "agent": {
      const { id, model, sites } = value as AgentRecord;
      return { is: "agent", id: String(id), model: String(model), sites: toSites(sites, context.root) };
    }
    case "orchestra":
      return collectOrchestra(value as OrchestraRecord, context.root);
    case "config":
      return { is: "config", store: toJson((value as ConfigRecord).store ?? {}) as { file?: string } };
  }
}

function collectOrchestra(record: OrchestraRecord, root: string): LoadedDefinition {
  const { id, name, plays, input, schedule, secrets, sites } = record;
  const variables = variablesOf(secrets);
  const found = definitionKind(plays);
  const played = found === "score" ? (plays as ScoreRecord).id : undefined;
  return {
    is: "orchestra",
    id: String(id),
    ...(name === undefined ? {} : { name: String(name) }),
    ...(played === undefined
      ? { playsInstead: found ? withArticle(found) : describe(plays) }
      : { score: played }),
    input: toJson(input ?? {}),
    ...(schedule ? { schedule: scheduleOf(schedule) } : {}),
    ...(Object.keys(variables).length > 0 ? { secrets: variables } : {}),
    sites: toSites(sites, root),
  };
}

function scheduleOf({ cron, timezone, overlap }: Schedule): NonNullable<LoadedOrchestra["schedule"]> {
  return {
    cron: String(cron),
    timezone: String(timezone),
    ...(overlap === undefined ? {} : { overlap: String(overlap) }),
  };
}

/** What is no `env()` is left out. */
function variablesOf(secrets: unknown): Record<string, string> {
  const found = Object.entries(typeof secrets === "object" && secrets !== null ? secrets : {});
  return Object.fromEntries(
    found.flatMap(([name, value]) => {
      const variable = envName(value);
      return variable === undefined ? [] : [[name, variable]];
    }),
  );
}

/** `value` as JSON carries it; what JSON cannot carry is left out. */
function toJson(value: unknown): Json {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null") as Json;
  } catch {
    return null;
  }
}

function withOwnSites(finding: Finding, root: string): Finding {
  const others = finding.others?.map((other) => ({ ...other, sites: toSites(other.sites as Site[], root) }));
  return { ...finding, sites: toSites(finding.sites, root), ...(others ? { others } : {}) };
}
