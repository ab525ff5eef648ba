import { MaestroError } from "../../diagnostics/index.ts";
import type { House } from "../../house.ts";
import { checkMigration, migrateRun, withChildren } from "../../operations/migrate-run.ts";
import { toMigrationData } from "../../operations/migration-data.ts";
import type { MigratedStep, Migration } from "../../operations/plan-migration.ts";
import { findRun } from "../../views/find-run.ts";
import { atStore } from "../at-store.ts";
import { chooseRevision } from "../choose-revision.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { refuseWithOrchestrator } from "../refuse-with-orchestrator.ts";
import { Stage } from "../stage.ts";
import { whoIs } from "../who-is.ts";

interface Options {
  readonly to: string;
  readonly yes?: boolean;
  readonly by?: string;
  readonly json?: boolean;
}

/** `maestro migrate <run> --to <revision>`: says what other code would make of it; with `--yes` it goes on with that. */
export async function run(io: Io, [prefix = ""]: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  return atStore(io, settings, {
    command: "maestro migrate",
    silentMs: 0,
    there: (ask, owner) => refuseWithOrchestrator("A migration", ask, owner),
    here: (house) => migrateHere(io, { prefix, settings, house, options }),
  });
}

interface Migrating {
  readonly prefix: string;
  readonly settings: Settings;
  readonly house: House;
  readonly options: Options;
}

async function migrateHere(io: Io, { prefix, settings, house, options }: Migrating): Promise<ExitCode> {
  // The other code is loaded, and what that prints is no answer of this command.
  const stage = await Stage.open({ io, show: { quiet: true }, root: settings.root });
  try {
    const { engine, store, clock } = house;
    const tools = { engine, store, now: clock.now };
    const row = await findRun(store, prefix);
    if (row.endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status: row.status });
    const { playable, deploy } = await chooseRevision(row, options.to, {
      io,
      house,
      root: settings.root,
      stage,
    });
    const given = { row, playable, deploy, by: whoIs(io, options.by) };
    const isDone = options.yes === true;
    const migration = isDone ? await migrateRun(tools, given) : await checkMigration(tools, given);
    const isSame = row.deployment === playable.hash;
    if (options.json)
      io.write(`${JSON.stringify({ ...toMigrationData(migration), isDone: isDone && !isSame }, null, 2)}\n`);
    else for (const line of toLines(migration)) io.write(`${line}\n`);
    if (isSame || isDone) {
      if (!options.json)
        io.write(`${isSame ? "it has that code already" : `go on with it: maestro resume ${row.id}`}\n`);
      return EXIT.ok;
    }
    if (migration.problems.length > 0)
      throw new MaestroError("MR2024", {
        run: row.id,
        deployment: playable.hash,
        problems: migration.problems,
      });
    io.warn(`to migrate it: maestro migrate ${row.id} --to ${options.to} --yes`);
    return EXIT.usage;
  } finally {
    await stage.close();
  }
}

function* toLines(migration: Migration): Generator<string> {
  for (const { row, to, steps, fresh } of withChildren(migration)) {
    yield `${row.id} of ${row.score}: ${row.deployment.slice(0, 12)} → ${to.slice(0, 12)}`;
    const those = (becomes: MigratedStep["becomes"]) => steps.filter((step) => step.becomes === becomes);
    for (const becomes of ["kept", "open"] as const) {
      const names = byNode(those(becomes)).map(([name, { length }]) =>
        length > 1 ? `${name} (${length})` : name,
      );
      if (names.length > 0) yield `  ${becomes.padEnd(12)}  ${names.join(", ")}`;
    }
    for (const becomes of ["played again", "lost"] as const)
      for (const [name, all] of byNode(those(becomes)))
        yield `  ${becomes.padEnd(12)}  ${name}${all.length > 1 ? ` (${all.length})` : ""}: ${all[0]!.why}`;
    if (fresh.length > 0) yield `  ${"new".padEnd(12)}  ${fresh.join(", ")}`;
  }
}

/** Steps of one map or loop together. */
function byNode(steps: readonly MigratedStep[]): [string, MigratedStep[]][] {
  const groups = new Map<string, MigratedStep[]>();
  for (const step of steps) {
    const name = step.key.split("/", 1)[0]!;
    groups.set(name, [...(groups.get(name) ?? []), step]);
  }
  return [...groups];
}
