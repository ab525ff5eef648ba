import { toColors } from "../../../support/colors.ts";
import { toVisible } from "../../../support/to-visible.ts";
import type { Change, SubjectDiff, Weight, WorkspaceDiff } from "../change.ts";
import { byWeight, toGaps, toSentence, toState, toSummary } from "./sentence.ts";

const MOST_CHARACTERS = 100;
const COLOR_OF = { breaking: "red", review: "yellow", safe: "green" } as const satisfies Record<
  Weight,
  string
>;
const WIDTH = "breaking".length;

/**
 * The differences for a terminal, ending with a line break:
 *
 * ```
 * main → the working tree
 *
 * score release-notes
 *   breaking  input.max: required now
 *   review    notes maxItems: 500 → 200
 *
 * 1 score changed: 1 breaking, 1 to review
 * ```
 */
export function toText(diff: WorkspaceDiff, { hasColor }: { readonly hasColor: boolean }): string {
  const c = toColors(hasColor);
  const short = (text: string) => {
    const visible = toVisible(text);
    return visible.length > MOST_CHARACTERS ? `${visible.slice(0, MOST_CHARACTERS - 1)}…` : visible;
  };
  const line = (change: Change) =>
    `  ${c[COLOR_OF[change.weight]](change.weight.padEnd(WIDTH))}  ${toSentence(change, { quote: short })}`;
  const toBlock = (subject: SubjectDiff) => {
    const state = toState(subject);
    const head = `${subject.kind} ${c.bold(toVisible(subject.id))}${state && ` ${toVisible(state)}`}`;
    // That it was added or removed stands in the first line already.
    const changes = byWeight(subject.changes).filter(
      ({ aspect, path }) => aspect !== "definition" || path === "plays",
    );
    const weight =
      subject.is === "removed" || subject.is === "renamed" ? subject.changes[0]!.weight : undefined;
    return [weight ? `${head}  ${c[COLOR_OF[weight]](weight)}` : head, ...changes.map(line)].join("\n");
  };
  const summary = diff.subjects.length === 0 ? c.green(toSummary(diff)) : toSummary(diff);
  const gaps = toGaps(diff).map((gap) => c.yellow(toVisible(gap)));
  return `${[
    c.dim(toVisible(`${diff.from.label} → ${diff.to.label}`)),
    ...diff.subjects.map(toBlock),
    ...(gaps.length > 0 ? [gaps.join("\n")] : []),
    summary,
  ].join("\n\n")}\n`;
}
