import { isDeeperThan } from "./is-deeper-than.ts";
import { stringify } from "./own-json.ts";
import { toReason } from "./to-reason.ts";

/** A value's JSON; or in `found` why it has none, as the end of a sentence about it. */
export type Written = { readonly json: string } | { readonly found: string };

/** Comparing ends at a depth of about 950, SQLite's JSON at 1,000, `JSON.stringify` where the stack does. */
const DEEPEST = 500;
/** One character has up to three bytes; SQLite takes rows of 1 GB. */
const MOST_CHARACTERS = 100_000_000;

const TOO_DEEP = `it is nested more than ${DEEPEST} deep`;
const TOO_LARGE = `it is more than ${MOST_CHARACTERS / 1e6} MB as JSON`;

/** Writes what can be stored, compared and read again. Never throws, whatever the value's own code does. */
export function writeJson(value: unknown): Written {
  if (typeof value === "number" && !Number.isFinite(value)) return { found: `it is ${value}` };
  let json: string | undefined;
  try {
    json = stringify(value === undefined ? null : value);
  } catch (error) {
    return { found: whyNot(error) };
  }
  if (json === undefined) return { found: `it is ${withArticle(typeof value)} that JSON leaves out` };
  if (json.length > MOST_CHARACTERS) return { found: TOO_LARGE };
  return isDeeperThan(DEEPEST, json) ? { found: TOO_DEEP } : { json };
}

function whyNot(error: unknown): string {
  const reason = toReason(error);
  if (reason === "Maximum call stack size exceeded") return TOO_DEEP;
  return reason === "Invalid string length" ? TOO_LARGE : reason;
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
