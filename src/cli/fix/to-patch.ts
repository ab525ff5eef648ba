import type { Edit } from "../../diagnostics/index.ts";
import { applySplices, type Splice, toSplices } from "./apply-edits.ts";

const CONTEXT = 3;

/** Lines that change together. */
interface Block {
  /** Indices of lines, the end exclusive. */
  readonly from: number;
  readonly to: number;
  readonly splices: readonly Splice[];
}

/** A text, the byte order mark in front of it or nothing, and what is changed in it. */
export interface Planned {
  readonly text: string;
  readonly mark: string;
  readonly edits: readonly Edit[];
}

/** What is changed in `file`, as the lines of a unified diff: a patch that `git apply` takes. */
export function toPatch(file: string, { text: unmarked, mark, edits }: Planned): string[] {
  const text = mark + unmarked;
  const splices = toSplices(unmarked, edits).map((one) => ({
    ...one,
    start: one.start + mark.length,
    end: one.end + mark.length,
  }));
  const lines = splitLines(text);
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1)! + line.length);
  const patch = [`--- a/${file}`, `+++ b/${file}`];
  let shift = 0;
  for (const hunk of toHunks(toBlocks(starts, splices))) {
    const [from, to] = [
      Math.max(0, hunk[0]!.from - CONTEXT),
      Math.min(lines.length, hunk.at(-1)!.to + CONTEXT),
    ];
    const rows: string[] = [];
    let at = from;
    for (const { from: first, to: end, splices } of hunk) {
      const start = starts[first]!;
      const moved = splices.map((one) => ({ ...one, start: one.start - start, end: one.end - start }));
      const old = lines.slice(first, end);
      rows.push(
        ...marked(" ", lines.slice(at, first)),
        ...compared(old, splitLines(applySplices(old.join(""), moved))),
      );
      at = end;
    }
    rows.push(...marked(" ", lines.slice(at, to)));
    const added = rows.filter((row) => row.startsWith("+")).length;
    const removed = rows.filter((row) => row.startsWith("-")).length;
    const count = to - from;
    patch.push(`@@ -${from + 1},${count} +${from + 1 + shift},${count + added - removed} @@`, ...rows);
    shift += added - removed;
  }
  return patch;
}

/** Splices that share a line are one block. */
function toBlocks(starts: readonly number[], splices: readonly Splice[]): Block[] {
  const lineOf = (offset: number) =>
    Math.max(
      0,
      starts.findLastIndex((start, i) => start <= offset && i < starts.length - 1),
    );
  const blocks: Block[] = [];
  for (const splice of splices) {
    const [from, to] = [lineOf(splice.start), lineOf(splice.end) + 1];
    const last = blocks.at(-1);
    if (last && from < last.to)
      blocks[blocks.length - 1] = { ...last, to: Math.max(last.to, to), splices: [...last.splices, splice] };
    else blocks.push({ from, to, splices: [splice] });
  }
  return blocks;
}

/** Blocks whose surroundings touch are one hunk. */
function toHunks(blocks: readonly Block[]): Block[][] {
  const hunks: Block[][] = [];
  for (const block of blocks) {
    const last = hunks.at(-1);
    if (last && block.from - last.at(-1)!.to <= 2 * CONTEXT) last.push(block);
    else hunks.push([block]);
  }
  return hunks;
}

/** Lines with their ends, as git counts them. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Lines that both begin or end with are shown once. */
function compared(old: readonly string[], next: readonly string[]): string[] {
  const most = Math.min(old.length, next.length);
  let head = 0;
  while (head < most && old[head] === next[head]) head++;
  let tail = 0;
  while (tail < most - head && old[old.length - 1 - tail] === next[next.length - 1 - tail]) tail++;
  return [
    ...marked(" ", old.slice(0, head)),
    ...marked("-", old.slice(head, old.length - tail)),
    ...marked("+", next.slice(head, next.length - tail)),
    ...marked(" ", old.slice(old.length - tail)),
  ];
}

function marked(mark: string, lines: readonly string[]): string[] {
  return lines.flatMap((line) =>
    line.endsWith("\n") ? [mark + line.slice(0, -1)] : [mark + line, "\\ No newline at end of file"],
  );
}
