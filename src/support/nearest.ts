import { distance } from "fastest-levenshtein";

/** The candidate that `word` was probably meant to be, or `undefined` when none is close enough: two letters in five may differ, at least one. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.round(word.length * 0.4)) + 1;
  for (const candidate of candidates) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best;
}

/** Is there no candidate besides `guess` that is as near to `word`? */
export function isNearestAlone(word: string, guess: string, candidates: Iterable<string>): boolean {
  const d = distance(word.toLowerCase(), guess.toLowerCase());
  return [...candidates].every(
    (candidate) => candidate === guess || distance(word.toLowerCase(), candidate.toLowerCase()) > d,
  );
}
