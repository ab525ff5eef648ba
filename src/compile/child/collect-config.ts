import type { ConfigRecord } from "../../define/define-config.ts";
import { compatibleRecord } from "../../define/openai-compatible.ts";
import { budgetOf } from "../../define/write/budget.ts";
import { pricesIn } from "../../define/write/prices.ts";
import type { At } from "../../define/write/writing.ts";
import { BADGE_AGE_MS, isBadge } from "../../plan/index.ts";
import { toMs } from "../../support/duration.ts";
import type { LoadedConfig, ProviderFacts } from "./protocol.ts";
import { toSites } from "./to-failure.ts";
import { toJson } from "./to-json.ts";
import { toMcpServer } from "./to-mcp-server.ts";
import { toTelemetryFacts } from "./to-telemetry-facts.ts";
import { variablesOf } from "./variables-of.ts";

/** What other definitions are compared with: of what was written, what has the right type. */
export function collectConfig(record: ConfigRecord, root: string): LoadedConfig {
  const {
    store = {},
    diagnostics = {},
    providers,
    models,
    prices,
    routing,
    budget,
    mcp,
    telemetry,
    http,
    resources,
    limits,
    players,
    orchestrator,
    retention,
    sites,
  } = record;
  const at: At = (...path) => ({ reader: "defineConfig()", sites, path });
  const { perDayMicroUsd } = budgetOf(budget, { at, keys: ["perDayUsd"] }, { report: ignore }) ?? {};
  const traces = toTelemetryFacts(telemetry);
  const keys = mapped(providers, (provider) => Object(provider).apiKey ?? null);
  return {
    is: "config",
    store: toJson(store) as LoadedConfig["store"],
    diagnostics: toJson(diagnostics),
    apiKeys: variablesOf(keys),
    providers: mapped(providers, toProvider),
    models: mapped(models, (name) => (typeof name === "string" ? name : undefined)),
    ...toProduction(models),
    prices: typeof prices === "object" ? pricesIn(prices, ignore) : {},
    ...(typeof prices === "string" ? { priceFile: prices } : {}),
    ...(perDayMicroUsd === undefined ? {} : { perDayMicroUsd }),
    routing: toRouting(routing),
    mcp: mapped(mcp, toMcpServer),
    ...(traces ? { telemetry: traces } : {}),
    allowPrivate: (http as { allowPrivate?: unknown } | null | undefined)?.allowPrivate === true,
    allowHosts: textsOf((http as { allowHosts?: unknown } | null | undefined)?.allowHosts) ?? [],
    resources: mapped(resources, toCapacity),
    tagLimits: mapped((limits as { tags?: unknown } | null | undefined)?.tags, toCapacity),
    players: toPlayers(players),
    orchestrator: toOrchestrator(orchestrator, limits),
    retention: toRetention(retention),
    sites: toSites(sites, root),
  };
}

/** What is wrong is for the rules about definitions. */
function ignore(): void {}

function toCapacity(count: unknown): number | undefined {
  return Number.isInteger(count) && (count as number) >= 1 ? (count as number) : undefined;
}

function toProduction(models: unknown): Pick<LoadedConfig, "production"> {
  const { minBadge, maxAge } = Object(Object(models).production) as Readonly<Record<string, unknown>>;
  if (!isBadge(minBadge) || minBadge === "none") return {};
  const maxAgeMs = (typeof maxAge === "string" ? toMs(maxAge) : undefined) ?? BADGE_AGE_MS;
  return { production: { minBadge, maxAgeMs } };
}

function toRouting(routing: unknown): LoadedConfig["routing"] {
  const { policy, policies } = Object(routing) as Readonly<Record<string, unknown>>;
  const own = Object.entries(Object(policies) as object).filter(([, one]) => typeof one === "function");
  return { ...(typeof policy === "string" ? { policy } : {}), own: own.map(([name]) => name) };
}

function toPlayers(players: unknown): LoadedConfig["players"] {
  const { max, memoryMb, env } = Object(players) as Readonly<Record<string, unknown>>;
  const [most, memory, names] = [toCapacity(max), toCapacity(memoryMb), textsOf(env)];
  return {
    ...(most === undefined ? {} : { max: most }),
    ...(memory === undefined ? {} : { memoryMb: memory }),
    ...(names ? { env: names } : {}),
  };
}

const LIMITS = ["concurrency", "requestsPerMinute", "tokensPerMinute"] as const;

function toOrchestrator(orchestrator: unknown, limits: unknown): LoadedConfig["orchestrator"] {
  const { drain, port } = Object(orchestrator) as { readonly drain?: unknown; readonly port?: unknown };
  const slots = toCapacity((Object(limits) as { readonly runs?: unknown }).runs);
  const drainMs = typeof drain === "string" ? toMs(drain) : undefined;
  return {
    ...(slots === undefined ? {} : { slots }),
    ...(drainMs === undefined ? {} : { drainMs }),
    ...(Number.isInteger(port) ? { port: port as number } : {}),
  };
}

function toRetention(retention: unknown): LoadedConfig["retention"] {
  const { runs, failed } = Object(retention) as Readonly<Record<string, unknown>>;
  const [runsMs, failedMs] = [runs, failed].map((kept) =>
    kept === "never" ? null : typeof kept === "string" ? toMs(kept) : undefined,
  );
  return { ...(runsMs === undefined ? {} : { runsMs }), ...(failedMs === undefined ? {} : { failedMs }) };
}

function toProvider(provider: unknown): ProviderFacts {
  const compatible = compatibleRecord(provider);
  const { package: own, options, models, ...rest } = Object(provider) as Readonly<Record<string, unknown>>;
  const names = textsOf(models);
  return {
    ...(compatible ? { baseUrl: String(compatible.baseURL) } : {}),
    ...(typeof own === "string" ? { package: own } : {}),
    ...(typeof options === "object" && options !== null
      ? { options: toJson(options) as ProviderFacts["options"] }
      : {}),
    ...mapped(Object.fromEntries(LIMITS.map((limit) => [limit, rest[limit]])), toCapacity),
    ...(names ? { models: names } : {}),
  } as ProviderFacts;
}

function mapped<T>(value: unknown, to: (inner: unknown) => T | undefined): Record<string, T> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const made = to(inner);
      return made === undefined ? [] : [[key, made]];
    }),
  );
}

function textsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : undefined;
}
