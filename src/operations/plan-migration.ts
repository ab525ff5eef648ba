import type { Playable } from "../engine/index.ts";
import { outputCheckOf } from "../engine/index.ts";
import { nodeAt, PLAN_FORMAT, type Plan, type PlanNode, type ScoreNode } from "../plan/index.ts";
import { parseStored } from "../store/parse-stored.ts";
import type { RunRow, StepRow, Store } from "../store/store.ts";
import { carriedInput } from "./carried-input.ts";
import { checkKept, type KeptCheck, type Misfit } from "./check-kept.ts";
import { lastAttempts } from "./last-attempts.ts";
import { type PlanKeeper, planOf } from "./plan-of.ts";
import { whatIsKept } from "./what-is-kept.ts";

/** What becomes of a step when its run goes on with other code. */
export interface MigratedStep {
  readonly key: string;
  /** `open`: it waits, or is under way in a run of its own, and goes on so. */
  readonly becomes: "kept" | "open" | "played again" | "lost";
  readonly why?: string;
}

/** What a migration of one run would do, found without writing anything. */
export interface Migration {
  readonly row: RunRow;
  readonly to: string;
  readonly steps: readonly MigratedStep[];
  /** Nodes that the run's own code does not have. */
  readonly fresh: readonly string[];
  /** Why it cannot be done. */
  readonly problems: readonly { readonly path: string; readonly detail: string }[];
  /** The runs that its open steps play: they have its code. */
  readonly children: readonly Migration[];
  /** Attempts to be written down: where an output is made anew, and where one is read otherwise. */
  readonly rows: readonly StepRow[];
  /** What it is compared with: the plan that it plays, where that is known, and the last attempt of each of its steps. */
  readonly before: Plan | undefined;
  readonly last: readonly StepRow[];
  /** Outputs that do not fit, each for itself. */
  readonly misfits: readonly Misfit[];
}

interface Planning {
  readonly row: RunRow;
  /** The score of `row` in the other deployment. */
  readonly playable: Playable;
}

/** What a run holds, wherever it is kept. */
export type RunKeeper = PlanKeeper & Pick<Store, "run" | "stepsOf">;

interface Tools {
  readonly store: RunKeeper;
  readonly now: () => number;
}

/** Looks at everything that a run at rest holds as another deployment of its score would read it. */
export async function planMigration(tools: Tools, { row, playable }: Planning): Promise<Migration> {
  const { store, now } = tools;
  const before = await planOf(row, store);
  if (before && before.format > PLAN_FORMAT) return newerPlan(row, playable.hash, before);
  const last = inPlanOrder([...lastAttempts(await store.stepsOf(row.id)).values()], playable.plan);
  const input = await carriedInput(playable, parseStored(row.input, `run ${row.id}`), before);
  const completed = last.filter(({ status }) => status === "completed");
  const check = await checkKept(completed, { before, playable });
  const again = playedAgain(last, check, playable);
  const open = openOf(last, playable);
  const children = await childrenOf(open.going, tools, playable);
  const lost = [...check.misfits.filter(({ is }) => is === "gone"), ...open.gone];
  return {
    row,
    to: playable.hash,
    steps: [
      ...completed
        .filter(({ key }) => check.taken.some((taken) => taken.key === key) && !again.has(key))
        .map(({ key }): MigratedStep => ({ key, becomes: "kept" })),
      ...open.going.map(({ key }): MigratedStep => ({ key, becomes: "open" })),
      ...[...again].map(([key, why]): MigratedStep => ({ key, becomes: "played again", why })),
      ...lost.map(({ key, detail }): MigratedStep => ({ key, becomes: "lost", why: detail })),
    ],
    fresh: Object.keys(playable.plan.body.nodes).filter(
      (name) => before && !Object.hasOwn(before.body.nodes, name),
    ),
    problems: [
      ...input.problems.map(({ path, detail }) => ({
        path: ["input", path].filter(Boolean).join("."),
        detail,
      })),
      ...repeatsIn(again, playable.plan),
      ...open.stuck,
      ...children.flatMap(({ row: { id }, problems }) =>
        problems.map(({ path, detail }) => ({ path: `${id} ${path}`, detail })),
      ),
    ],
    children,
    rows: rowsFor({ last, check, again, gone: open.gone }, now()),
    before,
    last,
    misfits: check.misfits,
  };
}

/** Steps as their nodes stand in the score; what it does not have comes last. */
function inPlanOrder(steps: readonly StepRow[], { body }: Plan): readonly StepRow[] {
  const places = new Map(Object.keys(body.nodes).map((name, i) => [name, i]));
  const placeOf = ({ key }: StepRow) => places.get(key.split("/", 1)[0]!) ?? places.size;
  return steps.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** Why each step is played again whose output does not fit, or was made from one that does not. */
function playedAgain(
  last: readonly StepRow[],
  { misfits }: KeptCheck,
  playable: Playable,
): ReadonlyMap<string, string> {
  const again = new Map<string, string>();
  for (const { key, is, detail } of misfits) if (is === "changed") again.set(key, detail);
  if (again.size === 0) return again;
  const isKept = whatIsKept(playable, { from: [], failed: new Set(again.keys()) });
  for (const { key, status } of last) {
    const isOver = status === "completed" || status === "failed";
    if (!isOver || again.has(key) || isKept(key) || !isPlayed(nodeAt(playable.plan, key), playable)) continue;
    if (!key.startsWith("onError/")) again.set(key, "it was made from what is made again");
  }
  return again;
}

/** Is it performed, and not decided anew whenever its run goes on? */
function isPlayed(node: PlanNode | undefined, { plan, code }: Playable): boolean {
  return node !== undefined && (node.kind === "wait" || outputCheckOf(node, plan, code) !== undefined);
}

/** Steps that wait, or are played by a run of their own. */
function openOf(last: readonly StepRow[], { plan }: Playable) {
  const going: StepRow[] = [];
  const gone: (Misfit & { readonly row: StepRow })[] = [];
  const stuck: { readonly path: string; readonly detail: string }[] = [];
  for (const row of last) {
    if (row.status !== "running" || !["wait", "checkpoint", "score"].includes(row.kind)) continue;
    const { key } = row;
    const node = nodeAt(plan, key);
    if (node?.kind === row.kind) going.push(row);
    else if (row.kind === "score")
      stuck.push({
        path: key,
        detail: "it is played by a run of its own, which no node goes on with: cancel that",
      });
    else
      gone.push({
        key,
        is: "gone",
        detail: node ? `its kind is ${node.kind} now` : "no node waits for it any more",
        row,
      });
  }
  return { going, gone, stuck };
}

async function childrenOf(
  open: readonly StepRow[],
  tools: Tools,
  { plan, scores }: Playable,
): Promise<readonly Migration[]> {
  const children: Migration[] = [];
  for (const { key, kind, info } of open) {
    const { run } = JSON.parse(info ?? "{}") as { readonly run?: string };
    const row = kind === "score" && run !== undefined ? await tools.store.run(run) : undefined;
    if (!row || row.endedAt !== null) continue;
    const played = scores.get((nodeAt(plan, key) as ScoreNode).score)!;
    if (played.plan.score === row.score) children.push(await planMigration(tools, { row, playable: played }));
    else children.push(otherScore(row, played));
  }
  return children;
}

/** Nobody here can say what such a run holds. */
function newerPlan(row: RunRow, to: string, before: Plan): Migration {
  const detail = `a newer Maestro has deployed it: its plan has format ${before.format}`;
  return impossible({ row, to, before }, detail);
}

function otherScore(row: RunRow, { hash: to, plan }: Playable): Migration {
  const detail = `it plays "${row.score}", and its step plays "${plan.score}" now: cancel it first`;
  return impossible({ row, to, before: undefined }, detail);
}

function impossible(about: Pick<Migration, "row" | "to" | "before">, detail: string): Migration {
  const nothing = { steps: [], fresh: [], children: [], rows: [], last: [], misfits: [] };
  return { ...about, problems: [{ path: "", detail }], ...nothing };
}

/** What must not happen twice unasked, or may hold such steps. */
function repeatsIn(again: ReadonlyMap<string, string>, plan: Plan) {
  return [...again].flatMap(([key, why]) => {
    const node = nodeAt(plan, key);
    const isNever = node !== undefined && "retry" in node && node.retry === "never";
    if (!isNever && node?.kind !== "score") return [];
    return [{ path: key, detail: `it would be played again (${why}), and must not happen twice unasked` }];
  });
}

interface Changes {
  readonly last: readonly StepRow[];
  readonly check: KeptCheck;
  readonly again: ReadonlyMap<string, string>;
  readonly gone: readonly { readonly row: StepRow; readonly detail: string }[];
}

/** A settled attempt stays as it is: what becomes of its step is a further attempt. */
function rowsFor({ last, check, again, gone }: Changes, at: number): StepRow[] {
  const byKey = new Map(last.map((row) => [row.key, row]));
  const asked = ({ key, detail }: { readonly key: string; readonly detail: string }): StepRow => {
    const row = byKey.get(key)!;
    const error = JSON.stringify({ message: `its run goes on with other code: ${detail}` });
    const over = { output: null, error, info: null, startedAt: at, endedAt: at } as const;
    return { ...row, attempt: row.attempt + 1, status: "interrupted", ...over };
  };
  const converted = check.taken.filter(
    (row) => row.output !== byKey.get(row.key)!.output && !again.has(row.key),
  );
  return [
    ...[...again].map(([key, detail]) => asked({ key, detail })),
    ...converted.map((row) => ({ ...row, attempt: row.attempt + 1, startedAt: at, endedAt: at })),
    ...gone.map(({ row, detail }) => ({
      ...row,
      status: "interrupted" as const,
      error: JSON.stringify({ message: `its run goes on with other code: ${detail}` }),
      endedAt: Math.max(at, row.startedAt),
    })),
  ];
}
