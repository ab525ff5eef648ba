import { MaestroError } from "../diagnostics/index.ts";
import type { Engine, Play, Playable } from "../engine/index.ts";
import { nodeAt } from "../plan/index.ts";
import type { RunRow, StepRow, Store } from "../store/store.ts";
import { newId } from "../support/ids.ts";
import { nearest } from "../support/nearest.ts";
import { lastAttempts } from "./last-attempts.ts";

/**
 * Begins a new run from one that has ended, with its input and its code. What failed is played again, what `from` names,
 * and everything that depends on those; every other output is taken over as it is. Of a map that failed, the items that
 * went well are taken over too. The old run stays as it is.
 * @param from names of the score's own nodes
 * @throws MaestroError MR2018 when the run has not ended, MR2019 when nothing failed and `from` is empty, or names what
 * the score does not have; MR2020 when a step that must not happen twice would be played again and is not named
 */
export async function rerunRun(
  { engine, store, now }: { readonly engine: Engine; readonly store: Store; readonly now: () => number },
  {
    row,
    playable,
    from,
  }: { readonly row: RunRow; readonly playable: Playable; readonly from: readonly string[] },
): Promise<Play> {
  if (row.endedAt === null) throw new MaestroError("MR2018", { run: row.id });
  const steps = await store.stepsOf(row.id);
  const failed = failedIn(steps);
  const names = playable.graph.nodes.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const isNothing = row.status === "completed" && failed.size === 0 && from.length === 0;
  for (const step of isNothing ? [undefined] : from) {
    if (step !== undefined && names.includes(step)) continue;
    const guess = step === undefined ? undefined : nearest(step, names);
    throw new MaestroError("MR2019", { run: row.id, step, names, guess });
  }
  const isKept = whatIsKept(playable, { from, failed });
  const twice = steps.filter(({ key }) => !isKept(key) && mustNotRepeat(key, playable, from));
  if (twice.length > 0)
    throw new MaestroError("MR2020", { run: row.id, steps: [...new Set(twice.map(({ key }) => key))] });
  const id = newId("run");
  const { score, deployment, input } = row;
  const taken = steps.filter((step) => step.status === "completed" && isKept(step.key));
  await store.createRun(
    { id, score, deployment, status: "queued", input, createdAt: now(), startedAt: null, parent: null },
    taken.map((step) => copyOf(step, id)),
  );
  return engine.resume(playable, (await store.run(id))!);
}

/**
 * Must it not happen twice, and nobody has named it? Of a score that is played nobody has looked at the steps, so it is
 * taken to have such a step. What `onError` did was about that failure.
 */
function mustNotRepeat(key: string, { plan }: Playable, from: readonly string[]): boolean {
  if (key.startsWith("onError/") || from.includes(key.split("/", 1)[0]!)) return false;
  const node = nodeAt(plan, key);
  return node?.kind === "score" || (node !== undefined && "retry" in node && node.retry === "never");
}

/** The step of the new run that stands for one of the old. */
function copyOf(step: StepRow, runId: string): StepRow {
  const info = JSON.stringify({ ...JSON.parse(step.info ?? "{}"), takenFrom: step.runId });
  return { ...step, runId, info };
}

/** Keys of the steps whose last attempt brought no output and was not left out. */
function failedIn(steps: readonly StepRow[]): ReadonlySet<string> {
  const isBad = ({ status }: StepRow) => status !== "completed" && status !== "skipped";
  return new Set([...lastAttempts(steps).values()].filter(isBad).map(({ key }) => key));
}

interface PlayedAgain {
  readonly from: readonly string[];
  /** Keys of steps. */
  readonly failed: ReadonlySet<string>;
}

/**
 * Says of a step's key whether its output is taken over. A stand-in's is: what it stands in for has failed, so that is
 * played again with whoever reads it, and the stand-in is asked only if it fails once more.
 */
function whatIsKept({ graph: { nodes } }: Playable, { from, failed }: PlayedAgain): (key: string) => boolean {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const whole = new Set(from);
  const partly = new Set<string>();
  const items = new Set<string>();
  for (const key of failed) {
    const [name, item] = key.split("/", 2) as [string, string | undefined];
    const isMap = byName.get(name)?.plan.kind === "map";
    (isMap ? partly : whole).add(name);
    if (isMap && item !== undefined) items.add(`${name}/${item}`);
  }
  const dependents = new Set<string>();
  const open = [...whole, ...partly];
  for (const name of open) {
    for (const index of byName.get(name)?.readers ?? []) {
      const reader = nodes[index]!.name;
      if (dependents.has(reader)) continue;
      dependents.add(reader);
      open.push(reader);
    }
  }
  return (key) => {
    const [name, item] = key.split("/", 2) as [string, string | undefined];
    if (!byName.has(name) || whole.has(name) || dependents.has(name)) return false;
    if (!partly.has(name)) return true;
    return item !== undefined && !items.has(`${name}/${item}`);
  };
}
