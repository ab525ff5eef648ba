import type { CompiledOrchestra } from "../../compile/index.ts";
import type { LiveScore } from "../../compile/reload/live-scores.ts";
import type { Diagnostic } from "../../diagnostics/index.ts";
import type { Board, ScoreItem } from "../../tui/source.ts";

/** The scores of a workspace as lists show them, also those that were never right. */
export function toScores(scores: readonly LiveScore[], diagnostics: readonly Diagnostic[]): ScoreItem[] {
  const all = [...scores.map(toScore), ...neverLoaded(scores, diagnostics)];
  // One that was away for a moment stands where it stood.
  return all.sort((a, b) => (a.file < b.file ? -1 : 1));
}

function toScore({ score, errors }: LiveScore): ScoreItem {
  const { id, title, file, plan } = score;
  return { id, title, file, nodes: Object.keys(plan.body.nodes).length, errors: errors.length };
}

const OF_SCORE = /^scores\/([^/]+)\.[mc]?ts$/;

/** Files of scores that were never right since this began: known by their names alone. */
function neverLoaded(scores: readonly LiveScore[], diagnostics: readonly Diagnostic[]): ScoreItem[] {
  const live = new Set(scores.map(({ score }) => score.file));
  const errors = diagnostics.filter(({ severity, at }) => severity === "error" && at && !live.has(at.file));
  return [...Map.groupBy(errors, ({ at }) => at!.file)].flatMap(([file, { length }]) => {
    const id = OF_SCORE.exec(file)?.[1];
    return id === undefined ? [] : [{ id, file, nodes: 0, errors: length }];
  });
}

export function toOrchestra({ id, name, score, schedule }: CompiledOrchestra): Board["orchestras"][number] {
  return { id, name, score, schedule: schedule?.cron };
}
