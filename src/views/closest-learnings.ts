import type { Learning, LearningStore } from "../store/learning-store.ts";

const MOST = 3;
/** A match on words alone that is found elsewhere is shown when nothing is known of the place itself. */
const MOST_LOOKED_AT = 20;

/**
 * What is known of a failure, the most useful first: what a person noted of this place or of everything, then what let it
 * pass, then the same failure of other runs. Of other places only what a person noted, or what let it pass.
 * @param place `score/node`
 * @param run whose own failure is left out, unless others had it too
 */
export async function closestLearnings(
  store: LearningStore,
  { place, message, run }: { readonly place: string; readonly message: string; readonly run: string },
): Promise<Learning[]> {
  const found = await store.find({ words: message, limit: MOST_LOOKED_AT });
  const isUseful = ({ kind, appliesTo, times, runId }: Learning) =>
    kind === "failure" ? appliesTo === place && (times > 1 || runId !== run) : true;
  const rank = ({ kind, appliesTo }: Learning) =>
    (appliesTo === place ? 0 : appliesTo === "*" ? 1 : 2) * 3 + ["note", "fix", "failure"].indexOf(kind);
  return found
    .filter(isUseful)
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MOST);
}

/** One learning as one sentence: `attempt 2 passed (in 3 runs, last 2026-11-20)`. */
export function toLearningText({ kind, text, times, lastAt, by }: Learning): string {
  const when = new Date(lastAt).toISOString().slice(0, 10);
  const runs = `${times} ${times === 1 ? "run" : "runs"}`;
  switch (kind) {
    case "note":
      return `${text} (${by ?? "somebody"}, ${when})`;
    case "fix":
      return `${text} (in ${runs}, last ${when})`;
    case "failure":
      return `failed like this in ${runs}, last ${when}`;
    default:
      return kind satisfies never;
  }
}
