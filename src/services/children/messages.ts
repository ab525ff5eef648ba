import { catalogue } from "../../diagnostics/index.ts";
import type { StepError } from "../../engine/core/state.ts";
import type { Checked } from "../../plan/index.ts";
import { isDeeperThan } from "../../support/is-deeper-than.ts";
import type { LastWords, LoadFailure, ScoreFacts } from "./protocol.ts";

/** An output may be nested 500 deep, and comes with something around it. */
const DEEPEST = 510;
const MOST_DERIVES = 1_000_000;

/** What the JSON of a message says. Undefined when it is none, or nested deeper than what is told. */
export function readJson(text: string, deepest = DEEPEST): unknown {
  try {
    return isDeeperThan(deepest, text) ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/** Author code shares a process with whoever writes these: what they are is looked at before it is believed. */
type Is = (value: unknown) => boolean;

const isText: Is = (value) => typeof value === "string";
const isFlag: Is = (value) => typeof value === "boolean";
const isNumber: Is = (value) => Number.isFinite(value);
const isObject: Is = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isCode: Is = (value) => isText(value) && Object.hasOwn(catalogue, value as string);
const orNone =
  (is: Is): Is =>
  (value) =>
    value === undefined || is(value);
const listOf =
  (is: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(is);

function hasFields(value: unknown, fields: Readonly<Record<string, Is>>): boolean {
  return isObject(value) && Object.entries(fields).every(([name, is]) => is(Object(value)[name]));
}

/** A schema of the author's own may say nothing of what is wrong. */
const isProblem: Is = (value) => hasFields(value, { path: isText, detail: orNone(isText), type: isText });

export function isStepError(value: unknown): value is StepError {
  return hasFields(value, {
    message: isText,
    code: orNone(isCode),
    name: orNone(isText),
    stack: orNone(isText),
    hint: orNone(isText),
    isFinal: orNone(isFlag),
    isCounted: orNone(isFlag),
    retryAfterMs: orNone(isNumber),
  });
}

export function isChecked(value: unknown): value is Checked {
  return isObject(value) && ("value" in Object(value) || hasFields(value, { problems: listOf(isProblem) }));
}

export function isLogLine(value: unknown): value is { readonly message: string; readonly data?: unknown } {
  return hasFields(value, { message: isText });
}

/** How far it is, of how much. What author code gives that is no number is one of these, too. */
export function isProgress(value: unknown): value is readonly [done: unknown, total: unknown] {
  return Array.isArray(value) && value.length === 2;
}

export function isLoadFailure(value: unknown): value is LoadFailure {
  return hasFields(value, { name: isText, detail: isText, stack: isText });
}

export function isLastWords(value: unknown): value is LastWords {
  const job = orNone(isNumber);
  switch (Object(value).is) {
    case "exit":
      return hasFields(value, { code: isNumber, job });
    case "threw":
      return hasFields(value, { name: isText, detail: isText, job });
    case "memory":
      return hasFields(value, { usedMb: isNumber, mostMb: isNumber });
    default:
      return false;
  }
}

export function areScoreFacts(value: unknown): value is readonly ScoreFacts[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const isPlace: Is = (place) =>
    Number.isInteger(place) && (value as unknown[])[place as number] !== undefined;
  const isScore: Is = (one) =>
    hasFields(one, {
      plan: isObject,
      scores: (scores) => isObject(scores) && Object.values(Object(scores)).every(isPlace),
      hasInput: isFlag,
      tasks: listOf(isFlag),
      checks: listOf(isFlag),
      derives: (count) => Number.isInteger(count) && (count as number) <= MOST_DERIVES,
      agents: listOf(isAgent),
    });
  return value.every(isScore);
}

const isAgent: Is = (value) =>
  hasFields(value, { hasInstructions: isFlag, hasInput: isFlag, hasOutput: isFlag, tools: listOf(isTool) });

const isTool: Is = (value) =>
  hasFields(value, {
    name: isText,
    description: isText,
    effects: isFlag,
    input: isObject,
    timeoutMs: isNumber,
    maxResultBytes: isNumber,
    secrets: listOf(isText),
    hasOutput: isFlag,
    hasRefusal: isFlag,
  });
