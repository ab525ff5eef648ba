import type { Shortage } from "../engine/index.ts";

/** What a run or a step waits for, for people: `gpu (2 of 2 in use)`. */
export function toWaitingText(waitsFor: readonly Shortage[]): string {
  return waitsFor.map(toText).join(" and ");
}

function toText({ is, name, inUse, capacity, isBehind }: Shortage): string {
  const behind = isBehind ? ", others come first" : "";
  switch (is) {
    case "resource":
      return `${name} (${inUse} of ${capacity} in use${behind})`;
    case "tag":
      return `the tag "${name}" (${inUse} of ${capacity} under way${behind})`;
    case "score":
      return `the score "${name}" (${inUse} of ${capacity} runs under way${behind})`;
    case "orchestra":
      return `the orchestra "${name}" (${inUse} of ${capacity} runs under way${behind})`;
    case "slot":
      return `a slot (${inUse} of ${capacity} runs under way${behind})`;
    default:
      return is satisfies never;
  }
}
