import type { RunSource } from "../engine/index.ts";
import type { SaidPrice } from "../operations/change-prices.ts";
import type { NamedRevision } from "../operations/choose-revision.ts";
import type { SaidEdit } from "../operations/settle-edits.ts";
import { isSteppingCommand } from "../operations/stepping-command.ts";
import { isBadge, isStage } from "../plan/index.ts";
import type { Noted } from "../players/models/aside-purse.ts";
import type { CostGroup, RunStatus } from "../store/store.ts";
import { isSoundJson } from "../support/is-sound-json.ts";
import type { HistoryRequest } from "./perform-history.ts";
import type { LearningRequest } from "./perform-learnings.ts";
import type { ModelRequest } from "./perform-models.ts";
import type { OrchestraRequest } from "./perform-orchestras.ts";
import type { SteppingRequest } from "./perform-stepping.ts";

/** What this version says and understands. */
export const PROTOCOL = 1;
/** A request is one line of at most this; a decision is the only thing that can be large. */
export const MOST_REQUEST_BYTES = 1024 * 1024;

/** What may be asked of the owner of a store. */
export type ControlRequest =
  | OrchestraRequest
  | LearningRequest
  | HistoryRequest
  | SteppingRequest
  | ModelRequest
  | { readonly op: "show"; readonly run: string }
  /** The same while it is played, as a screen shows it: only `step` is looked at closely. */
  | { readonly op: "watch"; readonly run: string; readonly step?: string }
  | { readonly op: "artifacts"; readonly run: string; readonly name?: string }
  | { readonly op: "checkpoints" }
  /** Which checkpoint is meant, and the form of its decision. */
  | { readonly op: "question"; readonly run: string; readonly step?: string }
  | {
      readonly op: "decide";
      readonly run: string;
      readonly step: string;
      readonly value: unknown;
      readonly by: string;
    }
  | { readonly op: "prices"; readonly all: boolean }
  | { readonly op: "runCosts"; readonly score: string; readonly limit: number; readonly isWhole: boolean }
  | ({ readonly op: "setPrice" } & SaidPrice)
  | { readonly op: "unsetPrice"; readonly model: string; readonly from?: string; readonly by: string }
  | { readonly op: "pause"; readonly run: string; readonly by: string; readonly reason?: string }
  /** What was found out about interrupted steps that must not happen twice goes along. */
  | {
      readonly op: "resume";
      readonly run: string;
      readonly redo?: readonly string[];
      readonly give?: Readonly<Record<string, unknown>>;
      readonly fail?: readonly string[];
      /** Nothing is played before somebody lets it. */
      readonly isStepped?: boolean;
      readonly by?: string;
    }
  | {
      readonly op: "cancel";
      readonly run: string;
      readonly by: string;
      readonly reason?: string;
      readonly graceMs?: number;
    }
  /** Begins a run of the workspace's score, when its code is the one of this hash. */
  | {
      readonly op: "start";
      /** What the run is called: who hears no answer asks again, and begins no second one. */
      readonly run: string;
      readonly score: string;
      readonly deployment: string;
      readonly input: unknown;
      readonly priority: number;
      readonly isFresh: boolean;
      /** What answers in place of those outside. */
      readonly source?: KeptSource;
      readonly have?: Readonly<Record<string, unknown>>;
      readonly isStepped?: boolean;
      /** Models and revisions of agents that are dark for others. */
      readonly flags?: readonly string[];
      readonly by?: string;
    }
  /** Which run is meant. */
  | { readonly op: "find"; readonly run: string }
  /** Begins a run from an earlier one. */
  | {
      readonly op: "rerun";
      readonly run: string;
      /** What the new one is called: who hears no answer asks again, and begins no second one. */
      readonly id: string;
      readonly revision: SaidRevision;
      readonly from: readonly string[];
      readonly set: readonly SaidEdit[];
      readonly by: string;
      readonly isFork: boolean;
    }
  /** Says what other code would make of a run; with `isMeant` it goes on with that. */
  | {
      readonly op: "migrate";
      readonly run: string;
      readonly revision: SaidRevision;
      readonly by: string;
      readonly isMeant: boolean;
    }
  /** What has happened to a run since `after`, the `next` of an earlier answer; waits until there is something. */
  | { readonly op: "follow"; readonly run: string; readonly after: number }
  | { readonly op: "costs"; readonly by: CostGroup; readonly since: number }
  | { readonly op: "kept results"; readonly limit: number; readonly score?: string }
  /** How many there are; with `isMeant` they are deleted. */
  | { readonly op: "clear results"; readonly isMeant: boolean; readonly score?: string }
  | { readonly op: "status" }
  /** Ends the process that owns the store; at once, or when what is under way has ended. */
  | { readonly op: "stop"; readonly isNow: boolean };

/** One that can be told to another process. */
type KeptSource = Exclude<RunSource, { readonly is: "script" }>;

/** Code that is meant; of the workspace's, the one that was compiled by who asks. */
export type SaidRevision =
  | Exclude<NamedRevision, { readonly is: "live" }>
  | { readonly is: "live"; readonly hash: string };

type Check = (value: unknown) => boolean;

const LONGEST_TEXT = 4_000;
/** 365 days, as every duration. */
const MOST_MS = 365 * 86_400_000;
const MOST_RUNS = 10_000;
/** As far as a Date goes, Unix ms. */
const MOST_INSTANT = 8_640_000_000_000_000;
const STATUSES: readonly unknown[] = [
  "queued",
  "running",
  "waiting",
  "paused",
  "completed",
  "failed",
  "cancelled",
] satisfies RunStatus[];

const isText: Check = (value) =>
  typeof value === "string" && value.length <= LONGEST_TEXT && value.isWellFormed() && !value.includes("\0");
const isName: Check = (value) => isText(value) && value !== "";
const isFlag: Check = (value) => typeof value === "boolean";
const isHash: Check = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
const isRunId: Check = (value) => typeof value === "string" && /^run_[0-9a-f]{32}$/.test(value);
const areTexts: Check = (value) => Array.isArray(value) && value.length <= MOST_RUNS && value.every(isText);
const areNames: Check = (value) => Array.isArray(value) && value.length <= MOST_RUNS && value.every(isName);
const GROUPS: readonly unknown[] = ["score", "orchestra", "agent", "model", "day"] satisfies CostGroup[];
const isAmount: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isCount =
  (from: number, to: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= from && (value as number) <= to;
const orNone =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

/** Which runs. */
const RUNS = {
  limit: isCount(1, MOST_RUNS),
  score: orNone(isName),
  status: orNone((value) => STATUSES.includes(value)),
  orchestra: orNone(isName),
  tag: orNone(isName),
  since: orNone(isCount(-MOST_INSTANT, MOST_INSTANT)),
  until: orNone(isCount(-MOST_INSTANT, MOST_INSTANT)),
  after: orNone(isName),
};

/** The fields of each operation; what is not here is not understood. */
const FIELDS: { readonly [O in ControlRequest["op"]]: Readonly<Record<string, Check>> } = {
  runs: RUNS,
  spentRuns: RUNS,
  stepsPage: { run: isName, after: isStepPlace },
  calls: { run: isName },
  outlines: { score: isName, before: isName, from: isText },
  modelHistory: { agent: isName, models: areNames },
  prune: {
    endedBefore: isCount(0, MOST_INSTANT),
    failedBefore: isCount(0, MOST_INSTANT),
    after: isText,
    isMeant: isFlag,
  },
  events: { run: isName, after: isCount(0, Number.MAX_SAFE_INTEGER), limit: isCount(1, MOST_RUNS) },
  show: { run: isName },
  watch: { run: isName, step: orNone(isName) },
  artifacts: { run: isName, name: orNone(isText) },
  checkpoints: {},
  learnings: {
    limit: isCount(1, MOST_RUNS),
    words: orNone(isText),
    kind: orNone((value) => ["failure", "fix", "note"].includes(value as string)),
    appliesTo: orNone(isName),
  },
  learn: { text: isName, appliesTo: isName, by: isName },
  forget: { id: isCount(1, Number.MAX_SAFE_INTEGER), isMeant: isFlag },
  models: { names: areNames },
  modelFlags: {},
  agentRevisions: { agent: isName },
  flagModel: {
    model: isName,
    stage: (value) => value === null || isStage(value),
    agents: orNone((value) => areNames(value) && (value as unknown[]).length > 0),
    perDayMicroUsd: orNone(isCount(0, Number.MAX_SAFE_INTEGER)),
    isForced: isFlag,
    by: isName,
    why: orNone(isName),
  },
  compareModel: { model: isName, limit: isCount(1, MOST_RUNS) },
  modelTest: { model: isName, badge: isBadge, figures: isRecord, by: isName },
  testCalls: { model: isName, calls: areNoted },
  question: { run: isName, step: orNone(isName) },
  decide: { run: isName, step: isName, value: isSoundJson, by: isName },
  prices: { all: isFlag },
  runCosts: { score: isName, limit: isCount(1, MOST_RUNS), isWhole: isFlag },
  setPrice: {
    model: isName,
    input: isAmount,
    output: isAmount,
    cachedInput: orNone(isAmount),
    reasoning: orNone(isAmount),
    from: orNone(isName),
    source: orNone(isText),
    by: isName,
  },
  unsetPrice: { model: isName, from: orNone(isName), by: isName },
  pause: { run: isName, by: isName, reason: orNone(isText) },
  resume: {
    run: isName,
    redo: orNone(areNames),
    give: orNone(isRecord),
    fail: orNone(areNames),
    isStepped: orNone(isFlag),
    by: orNone(isName),
  },
  step: { run: isName, command: isSteppingCommand, by: isName },
  "step form": { run: isName, step: isName },
  cancel: { run: isName, by: isName, reason: orNone(isText), graceMs: orNone(isCount(0, MOST_MS)) },
  deployed: {},
  steps: { run: isName },
  runRow: { run: isName },
  deploymentPlan: { hash: isName },
  deploy: { draft: isName, over: isName, by: isName },
  start: {
    run: isRunId,
    score: isName,
    deployment: isHash,
    input: isSoundJson,
    priority: isCount(-100, 100),
    isFresh: isFlag,
    source: orNone(isSource),
    have: orNone(isRecord),
    isStepped: orNone(isFlag),
    flags: orNone(areNames),
    by: orNone(isName),
  },
  find: { run: isName },
  rerun: {
    run: isName,
    id: isRunId,
    revision: isRevision,
    from: areTexts,
    set: (value) => Array.isArray(value) && value.length <= MOST_RUNS && value.every(isEdit),
    by: isName,
    isFork: isFlag,
  },
  migrate: { run: isName, revision: isRevision, by: isName, isMeant: isFlag },
  follow: { run: isName, after: isCount(0, Number.MAX_SAFE_INTEGER) },
  costs: { by: (value) => GROUPS.includes(value), since: isCount(-MOST_INSTANT, MOST_INSTANT) },
  "kept results": { limit: isCount(1, MOST_RUNS), score: orNone(isName) },
  "clear results": { isMeant: isFlag, score: orNone(isName) },
  status: {},
  stop: { isNow: isFlag },
  orchestras: {},
  orchestra: { id: isName },
  override: { id: isName, decided: isDecided, by: isName, why: orNone(isText) },
  playOrchestra: { id: isName, run: isRunId, by: isName },
};

/** What a line asks, or in words why that cannot be said. */
export function readRequest(line: string): ControlRequest | { readonly problem: string } {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return { problem: "it is no JSON" };
  }
  if (typeof said !== "object" || said === null || Array.isArray(said)) return { problem: "it is no object" };
  const { v, op, ...rest } = said as Readonly<Record<string, unknown>>;
  if (v !== PROTOCOL) return { problem: `it speaks version ${JSON.stringify(v) ?? "none"}, not ${PROTOCOL}` };
  const fields =
    typeof op === "string" && Object.hasOwn(FIELDS, op) ? FIELDS[op as ControlRequest["op"]] : undefined;
  if (!fields) return { problem: `there is no operation ${JSON.stringify(op) ?? "in it"}` };
  const unknown = Object.keys(rest).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) return { problem: `${op as string} has no ${JSON.stringify(unknown)}` };
  const wrong = Object.keys(fields).find((name) => !fields[name]!(rest[name]));
  if (wrong !== undefined) return { problem: `${op as string} has no usable "${wrong}"` };
  return { op, ...rest } as ControlRequest;
}

/** A request as its line, which ends with a line feed. */
export function writeRequest(request: ControlRequest): string {
  return `${JSON.stringify({ v: PROTOCOL, ...request })}\n`;
}

const DECIDED: readonly unknown[] = ["enable", "disable", "pause", "resume"];

function isDecided(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { is, field, value: to, ...rest } = value as Readonly<Record<string, unknown>>;
  if (Object.keys(rest).length > 0) return false;
  if (is === "set") return isName(field) && isText(to);
  if (is === "unset") return isName(field) && to === undefined;
  return DECIDED.includes(is) && field === undefined && to === undefined;
}

const NOTED = [
  "at",
  "calls",
  "inputTokens",
  "cachedTokens",
  "outputTokens",
  "reasoningTokens",
  "microUsd",
  "unpriced",
  "failed",
] as const satisfies (keyof Noted)[];

/** Sums, some of which may take away. */
function areNoted(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((one) => {
      const noted = Object(one) as Readonly<Record<string, unknown>>;
      return (
        Object.keys(noted).length === NOTED.length && NOTED.every((name) => Number.isSafeInteger(noted[name]))
      );
    })
  );
}

function isStepPlace(value: unknown): boolean {
  const { key, attempt, ...rest } = Object(value) as Readonly<Record<string, unknown>>;
  return Object.keys(rest).length === 0 && isText(key) && isCount(0, Number.MAX_SAFE_INTEGER)(attempt);
}

function isSource(value: unknown): boolean {
  const { is, seed, file, ...rest } = Object(value) as Readonly<Record<string, unknown>>;
  if (Object.keys(rest).length > 0) return false;
  if (is === "rehearsal") return Number.isSafeInteger(seed) && file === undefined;
  return is === "cassette" && isName(file) && seed === undefined;
}

function isRevision(value: unknown): boolean {
  const { is, hash, ...rest } = Object(value) as Readonly<Record<string, unknown>>;
  if (Object.keys(rest).length > 0) return false;
  if (is === "live") return isHash(hash);
  return is === "stored" ? isText(hash) : is === "run" && hash === undefined;
}

/** One that gives a value or a text, not both. */
function isEdit(said: unknown): boolean {
  const { node, path, value, text, ...rest } = Object(said) as Readonly<Record<string, unknown>>;
  if (Object.keys(rest).length > 0 || !isName(node) || !areNames(path)) return false;
  if (text === undefined) return value !== undefined && isSoundJson(value);
  return value === undefined && typeof text === "string" && isSoundJson(text);
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && isSoundJson(value);
}
