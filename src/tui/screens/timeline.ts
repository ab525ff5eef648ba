import type { PendingStep } from "../../engine/index.ts";
import type { StepDetail } from "../../views/run-detail.ts";
import type { InsideCount } from "../../views/run-progress.ts";
import type { ShownRun } from "../source.ts";
import { keyOf, type Ui } from "../ui.ts";

/** A row of the timeline: a step, or all items of a map together. */
export interface TimelineRow {
  readonly step: StepDetail;
  /** Of a map or a loop: what of it is over, and how much there is; 0 while that is not known. */
  readonly items: { readonly done: number; readonly failed: number; readonly all: number } | undefined;
  /** It has not begun: somebody has to let it. */
  readonly held?: PendingStep;
}

const KNOWN = new WeakMap<ShownRun, TimelineRow[]>();

/** The rows of a run, made once for each look at it; what is held stands at their end. */
export function rowsOf(run: ShownRun): TimelineRow[] {
  const known = KNOWN.get(run);
  if (known) return known;
  const rows = [...timelineOf(run), ...(run.stepping ?? []).map(toHeldRow)];
  KNOWN.set(run, rows);
  return rows;
}

/** The steps in the order in which they began. A map has no row of its own before it has ended. */
function timelineOf({ steps, inside, live }: ShownRun): TimelineRow[] {
  const own = steps.map((step): TimelineRow => {
    return { step: sinceFirst(step, inside[step.key]), items: itemsOf(step, { inside, live }) };
  });
  const known = new Set(steps.map(({ key }) => key));
  const open = Object.entries(inside).filter(([frame]) => !known.has(frame));
  const under = open.map(([key, { startedAt }]): TimelineRow => {
    const step = underWay({ key, kind: "map", attempts: 1, startedAt });
    return { step, items: itemsOf(step, { inside, live }) };
  });
  return [...own, ...under].toSorted((one, other) => one.step.startedAt - other.step.startedAt);
}

/** The row of a map is written when it ends: it began with the first of what is inside of it. */
function sinceFirst(step: StepDetail, inside: InsideCount | undefined): StepDetail {
  const earlierMs = inside ? step.startedAt - inside.startedAt : 0;
  if (!inside || earlierMs <= 0) return step;
  const { durationMs } = step;
  return {
    ...step,
    startedAt: inside.startedAt,
    durationMs: durationMs === undefined ? undefined : durationMs + earlierMs,
  };
}

function itemsOf(
  { key, kind, info }: StepDetail,
  { inside, live }: Pick<ShownRun, "inside" | "live">,
): TimelineRow["items"] {
  const count = inside[key];
  if (!count && kind !== "map") return undefined;
  const said = typeof info.items === "number" ? info.items : live?.sizes[key];
  return { done: count?.done ?? 0, failed: count?.failed ?? 0, all: said ?? 0 };
}

function toHeldRow(held: PendingStep): TimelineRow {
  const { step: key, kind, attempt: attempts } = held;
  return { step: underWay({ key, kind, attempts, startedAt: 0 }), items: undefined, held };
}

function underWay(of: Pick<StepDetail, "key" | "kind" | "attempts" | "startedAt">): StepDetail {
  const nothing = { durationMs: undefined, error: undefined, info: {}, output: null, tools: [], earlier: [] };
  return { ...of, status: "running", ...nothing };
}

/** Until somebody selects another one, the first that is held. */
export function selectedRowAt(ui: Ui, rows: readonly TimelineRow[]): number {
  const said = ui.at[keyOf(ui.place)];
  if (said !== undefined) return Math.max(0, Math.min(said, rows.length - 1));
  return Math.max(
    0,
    rows.findIndex(({ held }) => held !== undefined),
  );
}

/** The step that is looked at closely. */
export function selectedKey(ui: Ui, run: ShownRun | undefined): string | undefined {
  if (ui.place.is !== "run" || run?.run.id !== ui.place.id) return undefined;
  const rows = rowsOf(run);
  return rows[selectedRowAt(ui, rows)]?.step.key;
}
