import { widthOf } from "../../diagnostics/print/width-of.ts";
import { colorOf, type Line, plain, type Segment } from "../looks.ts";
import type { Board, Drawing, ShownRun, Standing } from "../source.ts";
import { selectedAt, type Ui } from "../ui.ts";
import { foldedLines } from "./folded.ts";
import { itemsOf } from "./lists.ts";
import { heading, type Sheet, standingOfStep, toList } from "./rows.ts";

export interface ScoreData {
  readonly drawing: Drawing | undefined;
  /** Its newest run: what its nodes are coloured by. */
  readonly last: ShownRun | undefined;
}

const MOST_RUNS = 5;
const NEVER_RIGHT: Line = [plain("It can be played when what 4 Problems says is mended.", { dim: true })];
const GONE: Line = [plain("There is no such score now: its file is gone, or has another id.", { dim: true })];

/** A score drawn, each node in the colour of how it stands in the last run, and its runs. */
export function scoreScreen(ui: Ui, board: Board, { drawing, last }: ScoreData, sheet: Sheet): Line[] {
  const id = "id" in ui.place ? ui.place.id : "";
  const score = board.scores.find((one) => one.id === id);
  const items = itemsOf(ui, board, sheet);
  const selected = selectedAt(ui, items.length);
  // One that was never right since this began has no plan that could be played, and nothing to draw.
  const isUnknown = score !== undefined && score.errors > 0 && score.nodes === 0;
  const broken = isUnknown ? "  broken" : score && score.errors > 0 ? "  broken: played as it was" : "";
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
  if (isUnknown) return [head, NEVER_RIGHT, [], ...runs];
  if (!score && !drawing) return [head, GONE, [], ...runs];
  const drawn = drawnLines(drawing, standingsOf(last), { ...sheet, rows: Math.max(0, room) });
  return [head, ...drawn, [], ...runs];
}

/** The picture where it has room, else the list, else level by level. */
function drawnLines(
  drawing: Drawing | undefined,
  standings: ReadonlyMap<string, Standing>,
  sheet: Sheet,
): Line[] {
  if (!drawing) return [[plain("drawing it", { dim: true })]];
  const { picture, list } = drawing;
  const { rows, columns } = sheet;
  const hasRoom = picture.length > 0 && picture.length <= rows;
  if (hasRoom && picture.every((line) => widthOf(line) <= columns))
    return picture.map((line) => colored(line, standings));
  if (list.length > 0 && list.length <= rows) return list.map((line) => colored(line, standings));
  return foldedLines(drawing, standings, sheet);
}

const STANDINGS = new WeakMap<ShownRun, ReadonlyMap<string, Standing>>();
const NONE: ReadonlyMap<string, Standing> = new Map();

/** How each node stands in a run, found once for each look at it; nothing of a run that was not there. */
function standingsOf(run: ShownRun | undefined): ReadonlyMap<string, Standing> {
  if (!run) return NONE;
  const known = STANDINGS.get(run);
  if (known) return known;
  const standings = new Map<string, Standing>(Object.keys(run.inside).map((key) => [key, "running"]));
  for (const { key, status, kind } of run.steps) standings.set(key, standingOfStep(status, kind));
  STANDINGS.set(run, standings);
  return standings;
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
