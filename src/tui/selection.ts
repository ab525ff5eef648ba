import type { PendingStep } from "../engine/index.ts";
import { type Item, itemsOf } from "./screens/lists.ts";
import type { Sheet } from "./screens/rows.ts";
import { rowsOf, selectedRowAt, type TimelineRow } from "./screens/timeline.ts";
import type { Board, OrchestraItem, ShownRun } from "./source.ts";
import { selectedAt, type Ui } from "./ui.ts";

/** What is seen while a key is pressed. */
export interface Seen {
  readonly board: Board;
  readonly run: ShownRun | undefined;
  readonly sheet: Sheet;
}

export function selectedItem(ui: Ui, { board, sheet }: Seen): Item | undefined {
  const items = itemsOf(ui, board, sheet);
  return items[selectedAt(ui, items.length)];
}

/** The run that is meant: the one that is shown, or the one that is selected. */
export function runOf(ui: Ui, seen: Seen): string | undefined {
  if (ui.place.is === "run") return ui.place.id;
  const item = selectedItem(ui, seen);
  if (item?.is === "run") return seen.board.runs[item.index]!.id;
  return item?.is === "checkpoint" ? seen.board.checkpoints[item.index]!.run : undefined;
}

export function scoreOf(ui: Ui, seen: Seen): string | undefined {
  if (ui.place.is === "score") return ui.place.id;
  const run = runOf(ui, seen);
  if (run !== undefined) return seen.board.runs.find(({ id }) => id === run)?.score;
  const item = selectedItem(ui, seen);
  if (item?.is === "score") return seen.board.scores[item.index]!.id;
  return item?.is === "orchestra" ? seen.board.orchestras[item.index]!.score : undefined;
}

export function orchestraOf(ui: Ui, seen: Seen): OrchestraItem | undefined {
  if (ui.place.is === "run") return undefined;
  const item = selectedItem(ui, seen);
  return item?.is === "orchestra" ? seen.board.orchestras[item.index] : undefined;
}

/** The row of the timeline that is selected, of a run that is shown. */
export function rowOf(ui: Ui, { run }: Seen): TimelineRow | undefined {
  if (ui.place.is !== "run" || !run) return undefined;
  const rows = rowsOf(run);
  return rows[selectedRowAt(ui, rows)];
}

/** The step that is let go on: the one that is selected, or else the one that became ready first. */
export function heldOf(ui: Ui, seen: Seen): PendingStep | undefined {
  return rowOf(ui, seen)?.held ?? seen.run?.stepping?.[0];
}
