import type { RuleContext } from "./index.ts";

/** MS4008: an orchestra that plays something other than a score of this workspace. */
export function playsNoScore({ scores, orchestras, isWhole, report }: RuleContext): void {
  const ids = new Set(scores.map(({ id }) => id));
  for (const { id, score, playsInstead, sites } of orchestras) {
    const isThere = score === undefined ? false : ids.has(score) || !isWhole;
    if (isThere) continue;
    const found = score === undefined ? (playsInstead ?? "nothing") : `score "${score}"`;
    report({ code: "MS4008", facts: { orchestra: id, found }, sites, path: ["plays"], subject: id });
  }
}
