import { RESOURCE, TAG } from "../../define/write/sharing.ts";
import { shown } from "../../define/write/writing.ts";
import { isAuthorCode, whyNotSettable } from "../../diagnostics/index.ts";
import { toMs } from "../../support/duration.ts";
import type { DefinitionContext } from "./definition-rules.ts";

/** MS3001: values of the configuration that could never work. */
export function configValues({ kind, definition, report }: DefinitionContext): void {
  if (kind !== "config") return;
  const wrong = (what: string, value: unknown, reason: string, ...path: string[]) => {
    report({
      code: "MS3001",
      facts: { what: `\`${what}\``, found: shown(value), reason },
      sites: definition.sites,
      path,
    });
  };
  checkStore(definition.store, wrong);
  checkDiagnostics(definition.diagnostics, wrong);
  const { resources, limits, players, orchestrator, retention } = definition as {
    readonly resources?: unknown;
    readonly limits?: unknown;
    readonly players?: unknown;
    readonly orchestrator?: unknown;
    readonly retention?: unknown;
  };
  if (retention !== undefined) checkRetention(retention, wrong);
  if (orchestrator !== undefined) checkOrchestrator(orchestrator, wrong);
  if (players !== undefined) checkPlayers(players, wrong);
  checkShared({ resources, limits }, wrong);
  const runs = Object(limits).runs as unknown;
  if (runs !== undefined && !isWhole(runs, 1, MOST))
    wrong("limits.runs", runs, "it has to be a whole number from 1 to 1,000,000", "limits", "runs");
}

/** How much there is of what runs and steps share, also as a program says it. */
export function checkShared(
  { resources, limits }: { readonly resources?: unknown; readonly limits?: unknown },
  wrong: Wrong,
): void {
  if (resources !== undefined)
    checkCounts(resources, { path: ["resources"], name: RESOURCE, of: "a resource" }, wrong);
  if (limits === undefined) return;
  if (typeof limits !== "object" || limits === null)
    return wrong("limits", limits, "it has to be an object", "limits");
  const { tags } = limits as { tags?: unknown };
  if (tags !== undefined) checkCounts(tags, { path: ["limits", "tags"], name: TAG, of: "a tag" }, wrong);
}

interface Counts {
  readonly path: readonly string[];
  readonly name: RegExp;
  readonly of: string;
}

/** By name, how many there are. */
function checkCounts(counts: unknown, { path, name, of }: Counts, wrong: Wrong): void {
  const where = path.join(".");
  if (typeof counts !== "object" || counts === null || Array.isArray(counts))
    return wrong(where, counts, "it says by name how many there are: { gpu: 2 }", ...path);
  for (const [key, count] of Object.entries(counts)) {
    if (!name.test(key)) wrong(where, key, `${of} is named with letters, digits, - and _`, ...path, key);
    else if (!Number.isInteger(count) || count < 1 || count > MOST)
      wrong(`${where}.${key}`, count, "it has to be a whole number from 1 to 1,000,000", ...path, key);
  }
}

const MOST = 1_000_000;

export type Wrong = (what: string, value: unknown, reason: string, ...path: string[]) => void;

function checkStore(store: unknown, wrong: Wrong): void {
  if (store === undefined) return;
  if (typeof store !== "object" || store === null)
    return wrong("store", store, "it has to be an object", "store");
  const { file, durability } = store as { file?: unknown; durability?: unknown };
  if (file !== undefined && (typeof file !== "string" || file === "")) {
    wrong("store.file", file, "it has to be a path", "store", "file");
  }
  checkDurability(durability, ["store", "durability"], wrong);
}

/** What an acknowledged step survives, also as a program says it. */
export function checkDurability(durability: unknown, path: readonly string[], wrong: Wrong): void {
  if (durability === undefined || durability === "power" || durability === "process") return;
  wrong(path.join("."), durability, 'it is "power" or "process"', ...path);
}

/** The most children, and the least and the most that one may have of memory. */
const MOST_PLAYERS = 64;
const [LEAST_MB, MOST_MB] = [32, 65_536];

function checkPlayers(players: unknown, wrong: Wrong): void {
  if (typeof players !== "object" || players === null)
    return wrong("players", players, "it has to be an object", "players");
  const { max, memoryMb, env } = players as { max?: unknown; memoryMb?: unknown; env?: unknown };
  if (max !== undefined && !isWhole(max, 1, MOST_PLAYERS))
    wrong("players.max", max, `it has to be a whole number from 1 to ${MOST_PLAYERS}`, "players", "max");
  if (memoryMb !== undefined && !isWhole(memoryMb, LEAST_MB, MOST_MB)) {
    const reason = `it has to be a whole number from ${LEAST_MB} to ${MOST_MB.toLocaleString("en")}`;
    wrong("players.memoryMb", memoryMb, reason, "players", "memoryMb");
  }
  const isNames = Array.isArray(env) && env.every((name) => typeof name === "string" && name !== "");
  if (env !== undefined && !isNames)
    wrong("players.env", env, "it lists names of variables", "players", "env");
}

/** A service manager waits for so long at most. */
const LONGEST_DRAIN_MS = 3_600_000;
const [LEAST_PORT, MOST_PORT] = [1_024, 65_535];

function checkOrchestrator(orchestrator: unknown, wrong: Wrong): void {
  if (typeof orchestrator !== "object" || orchestrator === null)
    return wrong("orchestrator", orchestrator, "it has to be an object", "orchestrator");
  const { drain, port } = orchestrator as { drain?: unknown; port?: unknown };
  if (port !== undefined && !isWhole(port, LEAST_PORT, MOST_PORT)) {
    const reason = `it has to be a whole number from ${LEAST_PORT} to ${MOST_PORT}`;
    wrong("orchestrator.port", port, reason, "orchestrator", "port");
  }
  if (drain === undefined) return;
  const ms = typeof drain === "string" ? toMs(drain) : undefined;
  if (ms === undefined || ms > LONGEST_DRAIN_MS)
    wrong("orchestrator.drain", drain, 'it is a time of at most an hour: "30s"', "orchestrator", "drain");
}

function checkRetention(retention: unknown, wrong: Wrong): void {
  if (typeof retention !== "object" || retention === null)
    return wrong("retention", retention, 'it has to be an object: { runs: "90d" }', "retention");
  for (const name of ["runs", "failed"] as const) {
    const kept = (retention as { readonly [name]?: unknown })[name];
    if (kept === undefined || kept === "never" || (typeof kept === "string" && toMs(kept) !== undefined))
      continue;
    wrong(
      `retention.${name}`,
      kept,
      'it is a time of at most 365 days, "90d", or "never"',
      "retention",
      name,
    );
  }
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Codes that there are not are no option: MS4006. */
function checkDiagnostics(diagnostics: unknown, wrong: Wrong): void {
  if (diagnostics === undefined) return;
  if (typeof diagnostics !== "object" || diagnostics === null)
    return wrong("diagnostics", diagnostics, "it has to be an object", "diagnostics");
  for (const [code, setting] of Object.entries(diagnostics)) {
    const reason = isAuthorCode(code) ? whyNotSettable(code, setting) : undefined;
    if (reason !== undefined) wrong(`diagnostics.${code}`, setting, reason, "diagnostics", code);
  }
}
