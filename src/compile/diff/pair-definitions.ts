/** What definitions are paired by. */
interface Named {
  readonly id: string;
  readonly file: string;
}

/** The definitions of one kind at two sides. */
export interface Pairs<T> {
  readonly kept: readonly (readonly [before: T, after: T])[];
  /** The same definition under another id. */
  readonly renamed: readonly (readonly [before: T, after: T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/**
 * Pairs definitions by id. A new id is taken for an old one's only on evidence: it stands in the same file, or it is
 * equal to one other and to no more, by what `printOf` says.
 */
export function pairDefinitions<T extends Named>(
  before: readonly T[],
  after: readonly T[],
  printOf: (definition: T) => string,
): Pairs<T> {
  const news = new Map(after.map((one) => [one.id, one]));
  const olds = new Map(before.map((one) => [one.id, one]));
  const kept = [...olds.values()].flatMap((one): [T, T][] => {
    const same = news.get(one.id);
    return same ? [[one, same]] : [];
  });
  const removed = new Set([...olds.values()].filter(({ id }) => !news.has(id)));
  const added = new Set([...news.values()].filter(({ id }) => !olds.has(id)));
  const renamed: [T, T][] = [];
  const pairUp = (keyOf: (definition: T) => string) => {
    const rivals = Map.groupBy(removed, keyOf);
    for (const [key, [to, ...others]] of Map.groupBy(added, keyOf)) {
      const [from, ...more] = rivals.get(key) ?? [];
      if (!from || !to || others.length > 0 || more.length > 0) continue;
      renamed.push([from, to]);
      removed.delete(from);
      added.delete(to);
    }
  };
  pairUp(({ file }) => file);
  pairUp(printOf);
  return { kept, renamed, removed: [...removed], added: [...added] };
}
