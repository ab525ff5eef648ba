import type { PendingStep } from "../../engine/index.ts";
import type { StepDetail } from "../../views/run-detail.ts";
import type { ShownRun } from "../source.ts";
import { keyOf, type Ui } from "../ui.ts";

/** A row of the timeline: a step, or all items of a map together. */
export interface TimelineRow {
  readonly step: StepDetail;
  /** Of a map: its items that are over, and those there are. */
  readonly items: { readonly done: number; readonly failed: number; readonly all: number } | undefined;
  /** It has not begun: somebody has to let it. */
  readonly held?: PendingStep;
}

const KNOWN = new WeakMap<ShownRun, TimelineRow[]>();

/** The rows of a run, made once for each look at it; what is held stands at their end. */
export function rowsOf(run: ShownRun): TimelineRow[] {
  const known = KNOWN.get(run);
  if (known) return known;
  const rows = [...timelineOf(run.steps), ...(run.stepping ?? []).map(toHeldRow)];
  KNOWN.set(run, rows);
  return rows;
}

function toHeldRow(held: PendingStep): TimelineRow {
  const { step: key, kind, attempt: attempts } = held;
  const nothing = { durationMs: undefined, error: undefined, info: {}, output: null, tools: [], earlier: [] };
  return {
    step: { key, kind, status: "running", attempts, startedAt: 0, ...nothing },
    items: undefined,
    held,
  };
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

/** An item of a map or a turn of a loop, and what is inside of one: `drafts/3`, `drafts/3/letter`. */
const INSIDE = /^([^/]+)\/\d+(\/|$)/;

/** The steps in the order in which they began; those inside a map are its progress. A map has no row before it has ended. */
function timelineOf(steps: readonly StepDetail[]): TimelineRow[] {
  const rows = new Map<
    string,
    { step: StepDetail; items: { done: number; failed: number; all: number } | undefined }
  >();
  for (const step of steps)
    if (!INSIDE.test(step.key)) {
      const all = step.kind === "map" && typeof step.info.items === "number" ? step.info.items : 0;
      rows.set(step.key, { step, items: step.kind === "map" ? { done: 0, failed: 0, all } : undefined });
    }
  for (const step of steps) {
    const [, frame, deeper] = INSIDE.exec(step.key) ?? [];
    if (frame === undefined) continue;
    const row = rows.get(frame) ?? { step: underWay(frame, step), items: undefined };
    rows.set(frame, row);
    row.items ??= { done: 0, failed: 0, all: 0 };
    if (step.startedAt < row.step.startedAt) row.step = { ...row.step, startedAt: step.startedAt };
    // What is inside an item counts with the item.
    if (deeper !== "" || step.status === "running") continue;
    row.items.done++;
    if (step.status === "failed") row.items.failed++;
  }
  return [...rows.values()].toSorted((one, other) => one.step.startedAt - other.step.startedAt);
}

/** A map whose items are all that is known of it. */
function underWay(key: string, item: StepDetail): StepDetail {
  const now = { status: "running", durationMs: undefined, output: null, info: {} } as const;
  return { ...item, key, kind: "map", attempts: 1, error: undefined, earlier: [], ...now };
}
