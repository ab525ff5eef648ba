/** A copy of this package in this process. */
export interface Copy {
  /** The URL of its first module. */
  readonly url: string;
  readonly version: string;
}

/** Where copies of any version know of each other. */
const COPIES = Symbol.for("maestro.copies");

const holder = globalThis as { [COPIES]?: Copy[] };

/** Makes the copy that calls it known to the others. */
export function registerCopy(copy: Copy): void {
  holder[COPIES] ??= [];
  holder[COPIES].push(copy);
}

/** The copies that were loaded so far. */
export function loadedCopies(): readonly Copy[] {
  const copies: unknown = holder[COPIES];
  return Array.isArray(copies) ? (copies as Copy[]) : [];
}
