import type { RuleContext } from "./index.ts";

/** MS4008: an orchestra that plays something other than a score of this workspace. */
export function playsNoScore({ scores, orchestras, isWhole, report }: RuleContext): void {
  const ids = new Set(scores.map(({ id }) => id));
  const files = new Set(scores.map(({ file }) => file));
  for (const { id, score, playsInstead, sites } of orchestras) {
    // A score that could not be loaded has its own finding.
    const isThere = score === undefined ? false : ids.has(score) || !isWhole || files.size === 0;
    if (isThere) continue;
    const found = score === undefined ? (playsInstead ?? "nothing") : `score "${score}"`;
    report({ code: "MS4008", facts: { orchestra: id, found }, sites, path: ["plays"], subject: id });
  }
}
