import { MaestroError } from "../diagnostics/index.ts";
import type { Engine, Playable } from "../engine/index.ts";
import type { NewEvent, RunRow, Store } from "../store/store.ts";
import { type Migration, planMigration } from "./plan-migration.ts";

export interface Migrating {
  readonly row: RunRow;
  /** The deployment that it goes on with. */
  readonly playable: Playable;
  readonly by: string;
  /** Keeps a deployment that the store does not have; called when everything has been checked. */
  readonly deploy?: (() => Promise<void>) | undefined;
}

interface Tools {
  readonly engine: Engine;
  readonly store: Store;
  readonly now: () => number;
}

/**
 * What moving a run that is at rest to another deployment would do. Nothing is written.
 * @throws MaestroError MR2008 when it has ended, MR2011 when it is being played
 */
export async function checkMigration(
  tools: Tools,
  { row, playable }: Pick<Migrating, "row" | "playable">,
): Promise<Migration> {
  if (row.endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status: row.status });
  const migration = await planMigration(tools, { row, playable });
  checkAtRest(migration, tools.engine);
  if (row.parent === null) return migration;
  const outer = row.parent.slice(0, row.parent.indexOf("/"));
  const detail = `it is part of run ${outer}, and has the code of that one: migrate that one`;
  return { ...migration, problems: [...migration.problems, { path: "", detail }] };
}

/**
 * Moves a run that is at rest, with the runs that its open steps play, to another deployment of its score: from then on it
 * goes on with that code. Outputs that do not fit there are made again; nothing else is. One transaction, and an event
 * with both hashes says who did it.
 * @returns what was done
 * @throws MaestroError as `checkMigration`, and MR2024 with everything that stands against it
 */
export async function migrateRun(tools: Tools, migrating: Migrating): Promise<Migration> {
  const { row, playable, by, deploy } = migrating;
  const first = await checkMigration(tools, migrating);
  if (row.deployment === playable.hash) return first;
  refuseProblems(first);
  await deploy?.();
  const ids = withChildren(first).map((one) => one.row.id);
  return whileAtRest(tools.engine, ids, async () => {
    // What was open may have been decided while the code was kept.
    const migration = await planMigration(tools, { row: (await tools.store.run(row.id))!, playable });
    refuseProblems(migration);
    const all = withChildren(migration);
    await tools.store.migrateRuns({
      runs: all.map(({ row: { id }, to }) => ({ id, deployment: to })),
      steps: all.flatMap(({ rows }) => rows),
      events: all.map((one) => toEvent(one, by, tools.now())),
    });
    return migration;
  });
}

/** Nobody begins or takes over any of these runs meanwhile. */
function whileAtRest<T>(
  engine: Engine,
  [id, ...others]: readonly string[],
  act: () => Promise<T>,
): Promise<T> {
  return id === undefined ? act() : engine.atRest(id, () => whileAtRest(engine, others, act));
}

function refuseProblems({ row, to, problems }: Migration): void {
  if (problems.length > 0) throw new MaestroError("MR2024", { run: row.id, deployment: to, problems });
}

function checkAtRest(migration: Migration, engine: Engine): void {
  const played = withChildren(migration).find(({ row }) => engine.isKnown(row.id));
  if (played) throw new MaestroError("MR2011", { run: played.row.id });
}

/** The migration of a run, and those of the runs that are part of it. */
function withChildren(migration: Migration): readonly Migration[] {
  const all = [migration];
  // What is found is looked into as well, so this goes on while the list grows.
  for (const { children } of all) all.push(...children);
  return all;
}

function toEvent({ row, to, steps }: Migration, by: string, at: number): NewEvent {
  const those = (becomes: string) => steps.filter((step) => step.becomes === becomes).map(({ key }) => key);
  const data = { from: row.deployment, to, by, playedAgain: those("played again"), lost: those("lost") };
  return { runId: row.id, at, type: "run.migrated", step: null, data: JSON.stringify(data) };
}
