import { toCell } from "../lines.ts";
import { colorOf, type Line, plain, type Segment, signOf } from "../looks.ts";
import type { Drawing, Standing } from "../source.ts";
import type { Sheet } from "./rows.ts";

/** Neighbouring levels of a score in one line: what is drawn of one that has no room otherwise. */
interface Fold {
  /** Of the first and the last level. */
  readonly from: number;
  readonly to: number;
  readonly names: readonly string[];
}

const FOLDS = new WeakMap<Drawing, { readonly rows: number; readonly folds: readonly Fold[] }>();

/** All levels in at most `rows` lines, each of which stands for as many nodes as the others, as far as levels allow. */
function foldsOf(drawing: Drawing, rows: number): readonly Fold[] {
  const known = FOLDS.get(drawing);
  if (known?.rows === rows) return known.folds;
  const { levels } = drawing;
  const folds: Fold[] = [];
  const share = Math.ceil(levels.length / Math.max(1, rows));
  for (let from = 0; from < levels.length; from += share) {
    const to = Math.min(levels.length, from + share) - 1;
    folds.push({ from, to, names: levels.slice(from, to + 1).flat() });
  }
  FOLDS.set(drawing, { rows, folds });
  return folds;
}

type Counts = ReadonlyMap<Standing, number>;
const COUNTS = new WeakMap<ReadonlyMap<string, Standing>, WeakMap<readonly Fold[], readonly Counts[]>>();

/** How the nodes of each fold stand, counted once for each look at the run. */
function countsOf(standings: ReadonlyMap<string, Standing>, folds: readonly Fold[]): readonly Counts[] {
  const byFolds = COUNTS.get(standings) ?? new WeakMap<readonly Fold[], readonly Counts[]>();
  COUNTS.set(standings, byFolds);
  const known = byFolds.get(folds);
  if (known) return known;
  const counts = folds.map(({ names }) => {
    const count = new Map<Standing, number>();
    for (const name of names) {
      const standing = standings.get(name) ?? "idle";
      count.set(standing, (count.get(standing) ?? 0) + 1);
    }
    return count;
  });
  byFolds.set(folds, counts);
  return counts;
}

/** A score of any size in the lines there are: levels, how many nodes they have, how those stand, and the first of them. */
export function foldedLines(
  drawing: Drawing,
  standings: ReadonlyMap<string, Standing>,
  sheet: Sheet,
): Line[] {
  const folds = foldsOf(drawing, sheet.rows);
  const counts = countsOf(standings, folds);
  const wide = Math.max(...folds.map((fold) => titleOf(fold).length), 0) + 2;
  return folds.map((fold, i) => foldLine(fold, counts[i]!, { wide, sheet }));
}

function titleOf({ from, to, names }: Fold): string {
  const levels = from === to ? `level ${from}` : `levels ${from} to ${to}`;
  return `${levels}: ${names.length} node${names.length === 1 ? "" : "s"}`;
}

function foldLine(
  fold: Fold,
  counts: Counts,
  { wide, sheet }: { readonly wide: number; readonly sheet: Sheet },
): Line {
  const signs = [...counts]
    .filter(([standing]) => standing !== "idle")
    .map(([standing, count]): Segment => {
      return plain(`${signOf(standing, sheet.looks)} ${count}  `, { color: colorOf(standing) });
    });
  const used = wide + signs.reduce((sum, { text }) => sum + text.length, 0);
  const some = fold.names.slice(0, MOST_NAMES).join(", ");
  const names = fold.names.length > MOST_NAMES ? `${some}, …` : some;
  return [
    plain(titleOf(fold).padEnd(wide)),
    ...signs,
    plain(toCell(names, Math.max(0, sheet.columns - used)), { dim: true }),
  ];
}

const MOST_NAMES = 12;
