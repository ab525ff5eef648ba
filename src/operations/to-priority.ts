import { MaestroError } from "../diagnostics/index.ts";
import { nearest } from "../support/nearest.ts";

/** A priority in a word, or as a whole number from −100 to 100. */
export type Priority = number | "low" | "normal" | "high";

const WORDS: Readonly<Record<string, number>> = { low: -10, normal: 0, high: 10 };
const MOST = 100;

/**
 * The number that `priority` stands for.
 * @param priority as a program gives it, or as text
 * @throws MaestroError MR2035 for anything else
 */
export function toPriority(priority: unknown): number {
  if (typeof priority === "string" && Object.hasOwn(WORDS, priority)) return WORDS[priority]!;
  const isText = typeof priority === "string" && /^[+-]?\d{1,3}$/.test(priority);
  const number = isText ? Number(priority) : priority;
  // −0 is 0 as well.
  if (Number.isInteger(number) && Math.abs(number as number) <= MOST) return (number as number) + 0;
  const guess = typeof priority === "string" ? nearest(priority, Object.keys(WORDS)) : undefined;
  // JSON has no word for numbers that are none, and none at all for others.
  const isNumber = typeof priority === "number" || typeof priority === "bigint";
  const found = isNumber ? String(priority) : (JSON.stringify(priority) ?? String(priority));
  throw new MaestroError("MR2035", { found, guess });
}
