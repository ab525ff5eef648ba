/** `error` stops a run from being started; `warning` does not; `info` only tells. */
export type Severity = "error" | "warning" | "info";

/** One thing that can be wrong. Its code and its name never change once released. */
export interface Entry<Facts> {
  readonly name: string;
  readonly severity: Severity;
  /** Nothing could be played as it was written where this is found: it is an error whatever the configuration says. */
  readonly isFatal?: true;
  /** What failed for it would fail again: a step is not tried once more, whatever its `retry` says. */
  readonly isFinal?: true;
  /** Why it matters, for `maestro explain`: one short paragraph, Markdown. */
  readonly why: string;
  /** What happened, in the author's names, and the other place involved. One sentence. */
  readonly message: (facts: Facts) => string;
  /** The one next action. */
  readonly hint?: (facts: Facts) => string | undefined;
}

/** Keeps the type of an entry's facts, so that leaving one out is a type error. */
export function entry<Facts>(definition: Entry<Facts>): Entry<Facts> {
  return definition;
}

/** `"a", "b" and "c"`, at most `most` of them named. */
export function listed(names: readonly string[], most = 8): string {
  const quoted = names.slice(0, most).map((name) => `"${name}"`);
  if (names.length > most) quoted.push(`${names.length - most} more`);
  const last = quoted.pop();
  return quoted.length > 0 ? `${quoted.join(", ")} and ${last}` : (last ?? "none");
}

/** `did you mean "x"?`, or nothing when there is no guess. */
export function didYouMean(guess: string | undefined): string | undefined {
  return guess === undefined ? undefined : `did you mean "${guess}"?`;
}
