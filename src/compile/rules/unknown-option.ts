import type { SkillRecord } from "../../define/define-skill.ts";
import type { ToolRecord } from "../../define/define-tool.ts";
import type { Finding } from "../../define/finding.ts";
import { compatibleRecord } from "../../define/openai-compatible.ts";
import { type AutoRecord, failureKind, failureRecord } from "../../define/policy.ts";
import type { NodeRecord } from "../../define/record.ts";
import { authorCodes } from "../../diagnostics/index.ts";
import { nearest } from "../../support/nearest.ts";
import type { DefinitionContext } from "./definition-rules.ts";

const ORDER = ["when", "after", "onSkip", "phase"];
const FAILURE = ["onFailure", "importance"];
const POLICIES = [...ORDER, ...FAILURE, "retry", "timeout", "resources", "tags"];

/** What authors may say, by what they call. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  "defineScore()": [
    "id",
    "title",
    "kind",
    "input",
    "nodes",
    "output",
    "concurrency",
    "timeout",
    "risk",
    "phases",
    "runs",
    "tags",
    "routing",
    "budget",
    "harmony",
    "onError",
  ],
  "defineTask()": ["id", "input", "output", "secrets", "run"],
  "defineAgent()": [
    "id",
    "model",
    "fallback",
    "tiers",
    "routing",
    "instructions",
    "input",
    "output",
    "tools",
    "skills",
    "temperature",
    "maxTurns",
    "maxTokens",
    "budget",
    "timeout",
  ],
  "defineSkill()": ["id", "instructions", "tools"],
  "defineTool()": [
    "name",
    "description",
    "input",
    "output",
    "constraints",
    "secrets",
    "effects",
    "timeout",
    "maxResultKb",
    "run",
  ],
  "defineOrchestra()": [
    "id",
    "name",
    "tag",
    "description",
    "plays",
    "input",
    "schedule",
    "on",
    "secrets",
    "budget",
    "concurrency",
  ],
  "defineConfig()": [
    "store",
    "diagnostics",
    "providers",
    "models",
    "prices",
    "routing",
    "budget",
    "mcp",
    "telemetry",
    "http",
    "resources",
    "limits",
    "players",
    "orchestrator",
    "retention",
  ],
  "openMaestro()": [
    "scores",
    "store",
    "durability",
    "secret",
    "http",
    "providers",
    "models",
    "prices",
    "budget",
    "mcp",
    "telemetry",
    "routing",
    "resources",
    "limits",
    "root",
  ],
  "task() with a defined task": ["input", "cache", ...POLICIES],
  "task()": ["input", "output", "run", "label", "cache", "verify", ...POLICIES],
  "agent()": ["input", "routing", ...POLICIES],
  "http()": [
    "method",
    "url",
    "query",
    "headers",
    "body",
    "response",
    "idempotencyHeader",
    "idempotent",
    "cache",
    "label",
    ...POLICIES,
  ],
  "shell()": ["command", "script", "cwd", "env", "stdin", "idempotent", "cache", "label", ...POLICIES],
  "score()": ["input", "maxDepth", "label", ...POLICIES],
  "map()": ["over", "maxItems", "concurrency", "onItemError", "each", ...FAILURE, ...ORDER],
  "loop()": ["state", "start", "max", "onMax", "each", ...FAILURE, ...ORDER],
  "wait()": ["for", "until", ...ORDER],
  "checkpoint()": [
    "title",
    "show",
    "decision",
    "assignee",
    "timeout",
    "onTimeout",
    "label",
    ...FAILURE,
    ...ORDER,
  ],
  "artifact()": ["name", "value", "schema", "gates", "label", ...POLICIES],
  "branch()": ORDER,
  "switchOn()": ORDER,
};
const KNOWN_INSIDE: Readonly<Record<string, readonly string[]>> = {
  retry: ["attempts", "backoff", "maxBackoff", "jitter", "on", "vary"],
  schedule: ["cron", "timezone", "overlap", "catchUp", "jitter"],
  store: ["file", "durability"],
  telemetry: ["endpoint", "prompts", "headers"],
  http: ["allowHosts", "allowPrivate"],
  runs: ["max"],
  cache: ["ttl", "key"],
  routing: ["policy", "policies"],
  limits: ["tags", "runs"],
  players: ["max", "memoryMb", "env"],
  orchestrator: ["drain", "port"],
  retention: ["runs", "failed"],
  /** Asked for late: that loads what is said of mistakes. */
  get diagnostics() {
    return authorCodes();
  },
};
/** Where an option of the same name has others. */
const KNOWN_INSIDE_ONE: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "defineAgent()": { budget: ["perCallUsd", "perRunUsd"] },
  "defineScore()": { budget: ["perRunUsd", "perDayUsd"] },
  "defineOrchestra()": { budget: ["perRunUsd", "perDayUsd"] },
  "defineConfig()": { budget: ["perDayUsd"] },
  "openMaestro()": { budget: ["perDayUsd"], limits: ["tags"] },
};
const GATE = ["by", "min", "onFail", "timeout", "onTimeout"];
/** What stands inside options whose keys are names of the author's. */
const KNOWN_INSIDE_EACH: Readonly<Record<string, readonly string[]>> = {
  providers: [
    "package",
    "options",
    "apiKey",
    "models",
    "concurrency",
    "requestsPerMinute",
    "tokensPerMinute",
    // Of openaiCompatible(); elsewhere they are told as what they are.
    "name",
    "baseURL",
  ],
  models: ["minBadge", "maxAge"],
  prices: ["input", "output", "cachedInput", "reasoning", "from", "source"],
  mcp: ["command", "url", "tools", "env", "headers", "allowPrivate", "timeout"],
};
/** What Maestro itself adds to what the author wrote. */
const OWN_KEYS = new Set(["sites", "kind", "on", "named", "compute", "strings", "handler"]);

type Sites = Finding["sites"];
type Report = (finding: Finding) => void;

/** MS4006: options of a definition that nothing reads. */
export function unknownOption({ kind, definition, report }: DefinitionContext): void {
  const { id, ...rest } = definition;
  // Every definition has an id, a configuration's is Maestro's own.
  const written = kind === "config" && id === "" ? rest : definition;
  compare(`define${kind[0]!.toUpperCase()}${kind.slice(1)}()`, written, definition.sites, report);
}

/** MS4006: options of a program that opens Maestro that nothing reads. */
export function findUnknownProgramOptions(options: Readonly<Record<string, unknown>>, report: Report): void {
  compare("openMaestro()", options, [], report);
}

const checkedTasks = new WeakSet<object>();

/** MS4006: options of a node, and of the task it uses, that nothing reads. */
export function findUnknownOptions(
  { kind, options, definition, sites, body }: NodeRecord,
  report: Report,
): void {
  if (kind === "derive" || kind === "text" || kind === "oneOf") return;
  compare(
    kind === "task" && definition !== undefined ? "task() with a defined task" : `${kind}()`,
    options,
    sites,
    report,
  );
  if (kind === "artifact" && Array.isArray(options.gates)) {
    for (const [i, gate] of options.gates.entries()) {
      if (typeof gate !== "object" || gate === null) continue;
      compareKeys("A gate of artifact()", Object.keys(gate), GATE, sites, ["gates", String(i)], report);
    }
  }
  const failure = failureRecord(options.onFailure);
  if (failure && failureKind(failure) === "auto") {
    const chosen = Object.keys((failure as AutoRecord).options);
    compareKeys("auto()", chosen, ["fallback", "reconstruct", "skip"], sites, ["onFailure"], report);
  }
  const result = body?.result as { readonly nodes?: unknown } | undefined;
  if (typeof result === "object" && result !== null && result.nodes !== undefined) {
    const known = kind === "loop" ? ["nodes", "next", "until"] : ["nodes", "output"];
    compareKeys("what `each` returns", Object.keys(result), known, sites, ["each"], report);
  }
  if (definition === undefined || kind !== "task" || checkedTasks.has(definition)) return;
  checkedTasks.add(definition);
  compare(
    "defineTask()",
    definition as unknown as Readonly<Record<string, unknown>>,
    definition.sites,
    report,
  );
}

/** MS4006: options of a skill that nothing reads. */
export function findUnknownSkillOptions(skill: SkillRecord, report: Report): void {
  compare("defineSkill()", skill as unknown as Readonly<Record<string, unknown>>, skill.sites, report);
}

/** MS4006: options of a tool that nothing reads. */
export function findUnknownToolOptions(tool: ToolRecord, report: Report): void {
  compare("defineTool()", tool as unknown as Readonly<Record<string, unknown>>, tool.sites, report);
}

/** The options of `where` that have options of their own, with those. */
const insideOf = remembered((where) => ({ ...KNOWN_INSIDE, ...KNOWN_INSIDE_ONE[where] }));
const insideEachOf = remembered(() => KNOWN_INSIDE_EACH);

/** Each node asks, and there are few answers. */
function remembered(of: (where: string) => typeof KNOWN_INSIDE) {
  const known = new Map<string, (readonly [string, readonly string[]])[]>();
  return (where: string) => {
    const found =
      known.get(where) ?? Object.entries(of(where)).filter(([key]) => KNOWN[where]!.includes(key));
    known.set(where, found);
    return found;
  };
}

function compare(
  where: string,
  options: Readonly<Record<string, unknown>>,
  sites: Sites,
  report: Report,
): void {
  compareKeys(where, Object.keys(options), KNOWN[where]!, sites, [], report);
  for (const [key, known] of insideOf(where)) {
    const inner = options[key];
    if (typeof inner !== "object" || inner === null) continue;
    compareKeys(`\`${key}\` of ${where}`, Object.keys(inner), known, sites, [key], report);
  }
  for (const [key, known] of insideEachOf(where)) {
    const named = options[key];
    if (typeof named !== "object" || named === null) continue;
    for (const [name, inner] of Object.entries(named)) {
      // A model may have several prices.
      for (const one of Array.isArray(inner) ? inner : [inner]) {
        if (typeof one !== "object" || one === null) continue;
        // Respelt it would be as wrong: config-sources.ts says what is right.
        const isTold = key === "providers" && !compatibleRecord(one);
        const keys = Object.keys(one).filter((own) => !(isTold && own === "baseUrl"));
        compareKeys(`\`${key}.${name}\` of ${where}`, keys, known, sites, [key, name], report);
      }
    }
  }
}

function compareKeys(
  where: string,
  keys: readonly string[],
  known: readonly string[],
  sites: Sites,
  path: string[],
  report: Report,
): void {
  for (const key of keys) {
    if (known.includes(key) || (path.length === 0 && OWN_KEYS.has(key))) continue;
    report({
      code: "MS4006",
      facts: { key, where: begun(where), known, guess: nearest(key, known) },
      sites,
      path: [...path, key],
    });
  }
}

/** What stands under a name that is probably a misspelt `option`: MS4006 says so, and all else is looked at as it was meant. */
export function misspelt(where: string, option: string, options: Readonly<Record<string, unknown>>): unknown {
  const known = KNOWN[where]!;
  const key = Object.keys(options).find((own) => !known.includes(own) && nearest(own, known) === option);
  return key === undefined ? undefined : options[key];
}

function begun(where: string): string {
  return where[0]!.toUpperCase() === where[0] || where.startsWith("`") || where.includes("(")
    ? where
    : `W${where.slice(1)}`;
}
