import type { Playable } from "../engine/index.ts";
import { type Body, bodyOf, type PlanNode, type TaskCall, waysOutOf } from "../plan/index.ts";
import { nearest } from "../support/nearest.ts";

/** Where a score has a task. */
interface Place {
  /** Absent of one that was written in place. */
  readonly id: string | undefined;
  /** The node's path; absent of a judge, and of what builds an output anew. */
  readonly path: string | undefined;
  /** An index into `Code.tasks`; each place has its own. */
  readonly code: number;
}

/**
 * The score, and those that it plays, with other functions in the place of tasks, by the task's id or the node's path; what
 * they give is checked as the task's own output is. A value stands for a function that gives it.
 * @throws TypeError for a task that none of them has
 */
export function withTasks(playable: Playable, tasks: Readonly<Record<string, unknown>>): Playable {
  const names = Object.keys(tasks);
  if (names.length === 0) return playable;
  const all = playablesIn(playable);
  const places = new Map([...all].map((one) => [one, placesIn(one)]));
  for (const name of names) assertKnown(name, [...places.values()].flat(), playable.plan.score);
  const made = new Map<Playable, Playable>();
  for (const one of all) {
    const run = one.code.tasks.map((task) => task.run);
    for (const { id, path, code } of places.get(one)!) {
      // Of one place the path says more than the task does.
      const name = [path, id].find((known) => known !== undefined && Object.hasOwn(tasks, known));
      if (name !== undefined) run[code] = toFunction(tasks[name]);
    }
    const code = { ...one.code, tasks: one.code.tasks.map((task, i) => ({ ...task, run: run[i]! })) };
    made.set(one, { ...one, code, scores: new Map() });
  }
  for (const one of all) {
    const inner = made.get(one)!.scores as Map<string, Playable>;
    for (const [id, played] of one.scores) inner.set(id, made.get(played)!);
  }
  return made.get(playable)!;
}

/** It, and all that are played by it. */
export function playablesIn(root: Playable): ReadonlySet<Playable> {
  const all = new Set([root]);
  for (const { scores } of all) for (const inner of scores.values()) all.add(inner);
  return all;
}

function toFunction(given: unknown): (call: TaskCall) => unknown {
  return typeof given === "function" ? (given as (call: TaskCall) => unknown) : () => given;
}

function assertKnown(name: string, places: readonly Place[], score: string): void {
  const known = [...new Set(places.flatMap(({ id, path }) => [id, path]))].filter((one) => one !== undefined);
  if (known.includes(name)) return;
  const guess = nearest(name, known);
  const next = guess ? `; did you mean "${guess}"?` : ` (there are: ${known.join(", ") || "none"})`;
  throw new TypeError(`score "${score}" has no task "${name}"${next}`);
}

function placesIn({ plan }: Playable): readonly Place[] {
  const found: Place[] = [];
  const open: (readonly [prefix: string, body: Body])[] = [["", plan.body]];
  if (plan.onError) open.push(["", plan.onError]);
  for (let at = open.pop(); at; at = open.pop()) {
    const [prefix, { nodes }] = at;
    for (const [name, node] of Object.entries<PlanNode>(nodes)) {
      found.push(...placesAt(`${prefix}${name}`, node));
      const inside = bodyOf(node);
      if (inside) open.push([`${prefix}${name}/`, inside]);
    }
  }
  return found;
}

function* placesAt(path: string, node: PlanNode): Generator<Place> {
  if (node.kind === "task") yield { id: node.task, path, code: node.code };
  const { reconstruct } = waysOutOf(node);
  if (reconstruct) yield { id: reconstruct.task, path: undefined, code: reconstruct.code };
  if (node.kind !== "artifact") return;
  for (const { by } of node.gates) if ("task" in by) yield { id: by.task, path: undefined, code: by.code };
}
