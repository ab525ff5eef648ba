import { colorOf, type Line, plain, type Segment } from "../looks.ts";
import type { Board, Drawing, ShownRun, Standing } from "../source.ts";
import { selectedAt, type Ui } from "../ui.ts";
import { itemsOf } from "./lists.ts";
import { heading, type Sheet, standingOfStep, toList } from "./rows.ts";

export interface ScoreData {
  readonly drawing: Drawing | undefined;
  /** Its newest run: what its nodes are coloured by. */
  readonly last: ShownRun | undefined;
}

const MOST_RUNS = 5;

/** A score drawn, each node in the colour of how it stands in the last run, and its runs. */
export function scoreScreen(ui: Ui, board: Board, { drawing, last }: ScoreData, sheet: Sheet): Line[] {
  const id = "id" in ui.place ? ui.place.id : "";
  const score = board.scores.find((one) => one.id === id);
  const items = itemsOf(ui, board, sheet);
  const selected = selectedAt(ui, items.length);
  const broken = score && score.errors > 0 ? "  broken: played as it was" : "";
  const head = heading(
    `${id}${score?.title === undefined ? "" : `  ${score.title}`}`,
    `${score?.file ?? ""}${broken}`,
  );
  const runs = toList(
    items.map(({ line }) => line),
    selected,
    { ...sheet, rows: Math.min(MOST_RUNS, items.length) },
  );
  const room = sheet.rows - 2 - runs.length;
  const picture = drawnLines(drawing, { ...sheet, rows: Math.max(0, room) });
  const standings = standingsOf(last);
  return [head, ...picture.map((line) => colored(line, standings)), [], ...runs];
}

/** The picture where it has room, else the list. */
function drawnLines(drawing: Drawing | undefined, { rows, columns }: Sheet): string[] {
  if (!drawing) return ["drawing it"];
  const picture = drawing.picture.trimEnd().split("\n");
  if (picture.length <= rows && picture.every((line) => line.length <= columns)) return picture;
  const list = drawing.list.trimEnd().split("\n");
  return list.length <= rows
    ? list
    : [...list.slice(0, rows - 1), `and ${list.length - rows + 1} more lines`];
}

/** How each node stands in a run; nothing of a run that was not there. */
function standingsOf(run: ShownRun | undefined): ReadonlyMap<string, Standing> {
  return new Map(
    run?.steps
      .filter(({ key }) => !key.includes("/"))
      .map(({ key, status, kind }) => [key, standingOfStep(status, kind)]),
  );
}

const NAME = /[\p{L}\p{N}_$-]+/gu;

/** The names of nodes in a drawn line, each in the colour of its standing. */
function colored(line: string, standings: ReadonlyMap<string, Standing>): Line {
  const segments: Segment[] = [];
  let from = 0;
  for (const match of line.matchAll(NAME)) {
    const standing = standings.get(match[0]);
    if (standing === undefined) continue;
    segments.push(
      plain(line.slice(from, match.index)),
      plain(match[0], { color: colorOf(standing), bold: true }),
    );
    from = match.index + match[0].length;
  }
  return [...segments, plain(line.slice(from))];
}
