import type { JsonSchema } from "../../plan/index.ts";
import { wordsOf } from "./schema-words.ts";

/** As `Fit`, for the limits of one text or number; `given` says more than its type where that is needed. */
type RangeFit =
  | { readonly is: "fits" | "unknown" }
  | { readonly is: "never" | "may"; readonly takes: string; readonly given?: string };

const FITS: RangeFit = { is: "fits" };
const UNKNOWN: RangeFit = { is: "unknown" };

/**
 * Two schemas of strings. Never `never`: a schema may change a text after it has measured it.
 * What has a format or a pattern of its own is not compared with another.
 */
export function textFit(source: JsonSchema, target: JsonSchema): RangeFit {
  const hasForm = (one: JsonSchema) => one.format !== undefined || one.pattern !== undefined;
  if (hasForm(target)) {
    const isSame = source.format === target.format && source.pattern === target.pattern;
    if (!isSame && hasForm(source)) return UNKNOWN;
    if (!isSame)
      return {
        is: "may",
        takes: target.format === undefined ? formOf(target) : namedForm(target),
        given: "any string",
      };
  }
  const { minLength: least, maxLength: most } = target;
  const { minLength: low = 0, maxLength: high } = source;
  if (typeof least === "number" && Number(low) < least) {
    if (hasForm(source)) return UNKNOWN;
    const takes = least === 1 ? "a string that is not empty" : `a string of at least ${least} characters`;
    return {
      is: "may",
      takes,
      given: Number(low) === 0 ? "a string that may be empty" : "a string that may be shorter",
    };
  }
  if (typeof most === "number" && !(typeof high === "number" && high <= most)) {
    if (hasForm(source)) return UNKNOWN;
    return {
      is: "may",
      takes: `a string of at most ${most} characters`,
      given: "a string that may be longer",
    };
  }
  return FITS;
}

function formOf({ pattern }: JsonSchema): string {
  return `a string that matches /${String(pattern)}/`;
}

/** A format without words of ours is shown by its pattern. */
function namedForm(target: JsonSchema): string {
  const words = wordsOf(target);
  return words === "a string" && typeof target.pattern === "string" ? formOf(target) : words;
}

interface Bound {
  readonly value: number;
  readonly isOpen: boolean;
}

/** Two schemas of numbers. */
export function numberFit(source: JsonSchema, target: JsonSchema): RangeFit {
  const [low, high] = [boundOf(source, "low"), boundOf(source, "high")];
  const [least, most] = [boundOf(target, "low"), boundOf(target, "high")];
  if (isBelow(high, least)) return { is: "never", takes: atLeast(least), given: atMost(high) };
  if (isBelow(most, low)) return { is: "never", takes: atMost(most), given: atLeast(low) };
  const isWhole = source.type === "integer";
  if (target.type === "integer" && !isWhole)
    return { is: "may", takes: "a whole number", given: "any number" };
  if (isLower(low, least))
    return { is: "may", takes: atLeast(least), given: low.value === -Infinity ? any(isWhole) : atLeast(low) };
  if (isLower(mirrored(high), mirrored(most)))
    return { is: "may", takes: atMost(most), given: high.value === Infinity ? any(isWhole) : atMost(high) };
  const { multipleOf: step } = target;
  if (typeof step !== "number" || (step === 1 && isWhole)) return FITS;
  if (typeof source.multipleOf !== "number")
    return { is: "may", takes: `a multiple of ${step}`, given: any(isWhole) };
  return source.multipleOf === step ? FITS : UNKNOWN;
}

/** What libraries say of every whole number is no limit. */
function boundOf(schema: JsonSchema, side: "low" | "high"): Bound {
  const [plain, open, none] =
    side === "low"
      ? ([schema.minimum, schema.exclusiveMinimum, -Infinity] as const)
      : ([schema.maximum, schema.exclusiveMaximum, Infinity] as const);
  const real = (value: unknown) =>
    typeof value === "number" && Math.abs(value) !== Number.MAX_SAFE_INTEGER ? value : undefined;
  const [closedAt, openAt] = [real(plain), real(open)];
  if (closedAt === undefined && openAt === undefined) return { value: none, isOpen: false };
  if (openAt === undefined) return { value: closedAt!, isOpen: false };
  const isTighter = closedAt === undefined || (side === "low" ? openAt >= closedAt : openAt <= closedAt);
  return isTighter ? { value: openAt, isOpen: true } : { value: closedAt, isOpen: false };
}

/** Does everything up to `high` lie below everything from `low`? */
function isBelow(high: Bound, low: Bound): boolean {
  return high.value < low.value || (high.value === low.value && (high.isOpen || low.isOpen));
}

/** Does a range from `low` begin before one from `least`? */
function isLower(low: Bound, least: Bound): boolean {
  return low.value < least.value || (low.value === least.value && least.isOpen && !low.isOpen);
}

function mirrored({ value, isOpen }: Bound): Bound {
  return { value: -value, isOpen };
}

function any(isWhole: boolean): string {
  return isWhole ? "any whole number" : "any number";
}

function atLeast({ value, isOpen }: Bound): string {
  return `a number ${isOpen ? "above" : "of at least"} ${value}`;
}

function atMost({ value, isOpen }: Bound): string {
  return `a number ${isOpen ? "below" : "of at most"} ${value}`;
}
