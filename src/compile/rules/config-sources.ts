import { toPathText } from "../../define/check.ts";
import type { ConfigRecord } from "../../define/define-config.ts";
import { describe } from "../../define/describe.ts";
import { envName } from "../../define/env.ts";
import { type CompatibleRecord, compatibleRecord } from "../../define/openai-compatible.ts";
import { pricesIn } from "../../define/write/prices.ts";
import { type At, invalid, shown } from "../../define/write/writing.ts";
import { isBadge, isBuiltIn } from "../../plan/index.ts";
import { findCredentials, maskCredentials } from "../../support/credentials.ts";
import { toMs } from "../../support/duration.ts";
import type { DefinitionContext } from "./definition-rules.ts";

/** What was found, in words. */
class Said {
  readonly words: string;
  constructor(words: string) {
    this.words = words;
  }
}
type Wrong = (value: unknown | Said, reason: string, ...path: (string | number)[]) => void;

/** Names stand before a `/` in what agents write. */
const NAME = /^[^\s/]+$/;
/** A name, also `*.` before one, or an address in brackets; perhaps a port. */
const HOST =
  /^(?:(?:\*\.)?(?:[\p{L}\d_](?:[\p{L}\d_-]*[\p{L}\d_])?\.)*[\p{L}\d_](?:[\p{L}\d_-]*[\p{L}\d_])?\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/iu;

/** MS3001: where models, tools and answers come from, said in a way that could never work. */
export function configSources({ kind, definition, report }: DefinitionContext): void {
  if (kind !== "config") return;
  const { providers, models, prices, routing, mcp, telemetry, http, sites } =
    definition as unknown as ConfigRecord;
  const at: At = (...path) => ({ reader: "defineConfig()", sites, path });
  const wrong: Wrong = (value, reason, ...path) => {
    invalid(toPathText(path), value instanceof Said ? value.words : said(value), reason, at(...path), {
      report,
    });
  };
  eachIn(providers, "providers", wrong, checkProvider);
  eachIn(models, "models", wrong, checkModel);
  checkPrices(prices, wrong);
  checkRouting(routing, wrong);
  eachIn(mcp, "mcp", wrong, checkServer);
  checkTelemetry(telemetry, wrong);
  checkHttp(http, wrong);
}

function said(value: unknown): string {
  return maskCredentials(shown(value));
}

function eachIn(
  value: unknown,
  key: string,
  wrong: Wrong,
  check: (inner: unknown, path: [string, string], wrong: Wrong) => void,
): void {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return wrong(value, "it has to be an object, by name", key);
  for (const [name, inner] of Object.entries(value)) {
    if (NAME.test(name)) check(inner, [key, name], wrong);
    else wrong(name, "a name here has neither blanks nor /", key, name);
  }
}

function checkProvider(provider: unknown, path: [string, string], wrong: Wrong): void {
  if (typeof provider !== "object" || provider === null)
    return wrong(provider, "it has to be an object, which may be empty", ...path);
  const compatible = compatibleRecord(provider);
  const { apiKey, models, ...rest } = provider as Readonly<Record<string, unknown>>;
  if (compatible) checkCompatible(compatible, path, wrong);
  else checkPackage(rest, path, wrong);
  for (const limit of ["concurrency", "requestsPerMinute", "tokensPerMinute"])
    if (rest[limit] !== undefined && !(Number.isInteger(rest[limit]) && (rest[limit] as number) >= 1))
      wrong(rest[limit], "it has to be a whole number from 1", ...path, limit);
  // A key that is written out is told as what it is.
  const isWrittenOut = typeof apiKey === "string" && findCredentials(apiKey).length > 0;
  if (apiKey !== undefined && envName(apiKey) === undefined && !isWrittenOut)
    wrong(new Said(describe(apiKey)), 'name the variable that holds it: env("…")', ...path, "apiKey");
  checkNames(models, [...path, "models"], "it lists names of models", wrong);
}

/** A name for a model, or what models have to have shown. */
function checkModel(value: unknown, path: [string, string], wrong: Wrong): void {
  if (typeof value === "string" && value !== "") return;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return wrong(value, 'it has to be a model: "anthropic/claude-sonnet"', ...path);
  if (path[1] !== "production")
    return wrong(
      value,
      'only `production` says what models have to have shown; a name is for a model: "anthropic/claude-sonnet"',
      ...path,
    );
  const { minBadge, maxAge } = value as { readonly minBadge?: unknown; readonly maxAge?: unknown };
  if (minBadge === undefined)
    wrong(new Said("without `minBadge`"), 'it has to have one: "bronze", "silver" or "gold"', ...path);
  else if (!isBadge(minBadge) || minBadge === "none")
    wrong(minBadge, 'it is "bronze", "silver" or "gold"', ...path, "minBadge");
  if (maxAge !== undefined && (typeof maxAge !== "string" || toMs(maxAge) === undefined))
    wrong(maxAge, 'it has to be a number and ms, s, m, h or d, such as "30d"', ...path, "maxAge");
}

function checkCompatible({ name, baseURL }: CompatibleRecord, path: [string, string], wrong: Wrong): void {
  if (baseURL === undefined)
    wrong(new Said("without `baseURL`"), 'it has to have one: "http://127.0.0.1:11434/v1"', ...path);
  checkUrl(baseURL, [...path, "baseURL"], wrong);
  if (name !== undefined && name !== path[1])
    wrong(name, `it is called "${path[1]}" in \`providers\`, and has that one name`, ...path, "name");
}

function checkPackage(
  { package: own, options, baseURL, baseUrl }: Readonly<Record<string, unknown>>,
  path: [string, string],
  wrong: Wrong,
): void {
  for (const [key, address] of Object.entries({ baseURL, baseUrl })) {
    if (address === undefined) continue;
    wrong(
      address,
      "what has an address of its own is openaiCompatible({ baseURL }); what a package is given stands in `options`",
      ...path,
      key,
    );
  }
  if (own !== undefined && (typeof own !== "string" || own === ""))
    wrong(own, 'it has to be the name of a package: "@ai-sdk/groq"', ...path, "package");
  if (options !== undefined && (typeof options !== "object" || options === null || Array.isArray(options)))
    wrong(options, "it has to be an object of what the package is given", ...path, "options");
}

function checkPrices(prices: unknown, wrong: Wrong): void {
  if (prices === undefined) return;
  // What is in the file is looked at where that is read.
  if (typeof prices === "string" && prices !== "") return;
  pricesIn(prices, (found, reason, path) => wrong(found, reason, "prices", ...path));
}

function checkRouting(routing: unknown, wrong: Wrong): void {
  if (routing === undefined) return;
  if (typeof routing !== "object" || routing === null)
    return wrong(routing, 'it has to be { policy: "economy" } and the like', "routing");
  const { policy, policies } = routing as { readonly policy?: unknown; readonly policies?: unknown };
  if (policy !== undefined && (typeof policy !== "string" || policy === ""))
    wrong(policy, 'it has to be the name of a policy: "economy"', "routing", "policy");
  if (policies === undefined) return;
  if (typeof policies !== "object" || policies === null || Array.isArray(policies))
    return wrong(policies, "it has to be an object of functions, by name", "routing", "policies");
  for (const [name, own] of Object.entries(policies)) {
    if (typeof own !== "function")
      wrong(own, "it has to be a function that puts models in order", "routing", "policies", name);
    if (isBuiltIn(name)) wrong(name, "a policy of that name is built in", "routing", "policies", name);
  }
}

function checkServer(server: unknown, path: [string, string], wrong: Wrong): void {
  if (typeof server !== "object" || server === null)
    return wrong(server, "it has to be { command: [ … ] } or { url: … }", ...path);
  const { command, url, tools, env, headers, allowPrivate, timeout } = server as Readonly<
    Record<string, unknown>
  >;
  if ((command === undefined) === (url === undefined)) {
    const found = command === undefined ? "without `command` and `url`" : "given both `command` and `url`";
    wrong(new Said(found), "it is either a program and its arguments, or a URL", ...path);
  }
  if (command !== undefined) {
    const isProgram = Array.isArray(command) && typeof command[0] === "string" && command[0] !== "";
    if (!isProgram || !command.every((part) => typeof part === "string"))
      wrong(command, "it lists a program and its arguments", ...path, "command");
  }
  checkUrl(url, [...path, "url"], wrong);
  checkNames(tools, [...path, "tools"], "it lists names of tools", wrong);
  checkSettings(env, [...path, "env"], wrong);
  checkSettings(headers, [...path, "headers"], wrong);
  if (env !== undefined && command === undefined)
    wrong(new Said("given without `command`"), "only a program has an environment", ...path, "env");
  for (const [key, value] of Object.entries({ headers, allowPrivate }))
    if (value !== undefined && url === undefined)
      wrong(new Said("given without `url`"), "it is about requests to an address", ...path, key);
  if (allowPrivate !== undefined && typeof allowPrivate !== "boolean")
    wrong(allowPrivate, "it is true or false", ...path, "allowPrivate");
  if (timeout !== undefined && (typeof timeout !== "string" || toMs(timeout) === undefined))
    wrong(timeout, 'it has to be a number and ms, s, m, h or d, such as "30s"', ...path, "timeout");
}

/** Texts and variables, by name. */
function checkSettings(values: unknown, path: string[], wrong: Wrong): void {
  if (values === undefined) return;
  if (typeof values !== "object" || values === null || Array.isArray(values))
    return wrong(values, 'it has to be an object: { TOKEN: env("TOKEN") }', ...path);
  for (const [name, value] of Object.entries(values))
    if (typeof value !== "string" && envName(value) === undefined)
      wrong(new Said(describe(value)), 'it has to be a text, or env("…")', ...path, name);
}

function checkUrl(value: unknown, path: string[], wrong: Wrong): void {
  if (value === undefined) return;
  const url = typeof value === "string" ? URL.parse(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    wrong(value, "it has to be a URL that begins with https:// or http://", ...path);
}

function checkNames(value: unknown, path: string[], reason: string, wrong: Wrong): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) return wrong(value, reason, ...path);
  for (const [i, name] of value.entries())
    if (typeof name !== "string" || name === "") wrong(name, reason, ...path, i);
}

/** Which hosts are asked, also as a program says it. */
export function checkHttp(http: unknown, wrong: Wrong): void {
  if (http === undefined) return;
  if (typeof http !== "object" || http === null) return wrong(http, "it has to be an object", "http");
  const { allowHosts, allowPrivate } = http as { allowHosts?: unknown; allowPrivate?: unknown };
  if (allowPrivate !== undefined && typeof allowPrivate !== "boolean")
    wrong(allowPrivate, "it is true or false", "http", "allowPrivate");
  if (allowHosts === undefined) return;
  if (!Array.isArray(allowHosts)) return wrong(allowHosts, "it lists hosts", "http", "allowHosts");
  const reason =
    'it has to be a host alone: "crm.example.com", or "*.example.com" for all below one, "crm.example.com:8080" for a port';
  for (const [i, host] of allowHosts.entries())
    if (typeof host !== "string" || !HOST.test(host)) wrong(host, reason, "http", "allowHosts", i);
}

function checkTelemetry(telemetry: unknown, wrong: Wrong): void {
  if (telemetry === undefined) return;
  if (typeof telemetry !== "object" || telemetry === null || Array.isArray(telemetry))
    return wrong(telemetry, 'it has to be an object: { endpoint: "http://localhost:4318" }', "telemetry");
  const { endpoint, prompts, headers } = telemetry as Readonly<Record<string, unknown>>;
  if (endpoint === undefined)
    wrong(new Said("without `endpoint`"), 'it has to have one: "http://localhost:4318"', "telemetry");
  checkUrl(endpoint, ["telemetry", "endpoint"], wrong);
  if (prompts !== undefined && typeof prompts !== "boolean")
    wrong(prompts, "it is true or false", "telemetry", "prompts");
  checkSettings(headers, ["telemetry", "headers"], wrong);
}
