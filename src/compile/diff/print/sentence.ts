import { type Change, countWeights, type SubjectDiff, type Weight, type WorkspaceDiff } from "../change.ts";

/** How the parts of a sentence are written down. */
export interface Hand {
  /** A name or a value. */
  readonly quote: (text: string) => string;
}

/** `found input.max: 20 → 50`: the node, where in it, what happened, from what to what. */
export function toSentence({ node, path, words, from, to, aspect }: Change, { quote }: Hand): string {
  const isNamed = aspect === "node" && words.startsWith("renamed");
  const values = isNamed
    ? ""
    : from !== undefined && to !== undefined
      ? `${quote(from)} → ${quote(to)}`
      : from !== undefined
        ? `(was ${quote(from)})`
        : to !== undefined
          ? quote(to)
          : "";
  const said = [words, values].filter((part) => part !== "").join(" ");
  const at = path === undefined || path.startsWith("reads ") ? "" : `${quote(path)}: `;
  return `${node === undefined ? "" : `${quote(node)} `}${at}${said}`;
}

/** `2 scores changed, 1 agent added: 1 breaking, 3 to review`; `no differences`. */
export function toSummary({ subjects }: WorkspaceDiff): string {
  if (subjects.length === 0) return "no differences";
  const groups = Map.groupBy(subjects, ({ kind, is }) => `${kind} ${is}`);
  const what = [...groups].map(([group, { length }]) => {
    const [kind, is] = group.split(" ");
    return `${length} ${kind}${length === 1 ? "" : "s"} ${is}`;
  });
  return `${what.join(", ")}: ${toCounts(subjects)}`;
}

const WORDS: Readonly<Record<Weight, string>> = { breaking: "breaking", review: "to review", safe: "safe" };

/** `1 breaking, 3 to review`. */
export function toCounts(subjects: readonly SubjectDiff[]): string {
  const counts = countWeights(subjects);
  return (Object.keys(WORDS) as Weight[])
    .filter((weight) => counts[weight] > 0)
    .map((weight) => `${counts[weight]} ${WORDS[weight]}`)
    .join(", ");
}

const ORDER: readonly Weight[] = ["breaking", "review", "safe"];

/** The heaviest first; within a weight as they were found. */
export function byWeight(changes: readonly Change[]): Change[] {
  return changes.toSorted((a, b) => ORDER.indexOf(a.weight) - ORDER.indexOf(b.weight));
}

/** `renamed from letters`, `added`; nothing for what only changed. */
export function toState({ is, was }: SubjectDiff): string {
  if (is === "changed") return "";
  return is === "renamed" ? `renamed from ${was}` : is;
}

/** What could not be compared and why, a line each. */
export function toGaps({ uncompared, from, to }: WorkspaceDiff): string[] {
  return uncompared.map(
    ({ kind, id, file, side }) =>
      `${kind} ${id} is not compared: ${file} does not load at ${(side === "from" ? from : to).label}`,
  );
}
