import { type Diagnostic, MaestroError } from "../../diagnostics/index.ts";
import { toJsonDiagnostic } from "../../diagnostics/print/json.ts";
import type { House } from "../../house.ts";
import { audited } from "../../operations/audited.ts";
import { checkMigration, migrateRun } from "../../operations/migrate-run.ts";
import { type MigrationData, toMigrationData } from "../../operations/migration-data.ts";
import type { MigratedStep, RunKeeper } from "../../operations/plan-migration.ts";
import { findRun } from "../../views/find-run.ts";
import { type Ask, atStore } from "../at-store.ts";
import { findingText } from "../deploy/finding-text.ts";
import { keeperOf } from "../deploy/world.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { Revisions } from "../revisions.ts";
import { Stage } from "../stage.ts";
import { whoIs } from "../who-is.ts";
import { warnLines, writeLine } from "../write-line.ts";

interface Options {
  readonly to: string;
  readonly yes?: boolean;
  readonly by?: string;
  readonly json?: boolean;
}

/** `maestro migrate <run> --to <revision>`: says what other code would make of it; with `--yes` it goes on with that. */
export async function run(io: Io, [prefix = ""]: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const { root } = settings;
  // The other code is loaded, and what that prints is no answer of this command.
  const stage = await Stage.open({ io, show: { quiet: true }, root });
  try {
    const revisions = new Revisions(options.to, { io, root, stage });
    const by = whoIs(io, options.by);
    const migrating = { prefix, revisions, root, by, isMeant: options.yes === true };
    const migrated = await atStore(io, settings, {
      command: "maestro migrate",
      silentMs: 0,
      there: (ask) => migrateThere(migrating, ask),
      here: (house) => migrateHere(migrating, house),
    });
    return tell(io, migrated, { ...options, root });
  } finally {
    await stage.close();
  }
}

interface Migrating {
  readonly prefix: string;
  readonly revisions: Revisions;
  readonly root: string;
  readonly by: string;
  readonly isMeant: boolean;
}

interface Migrated {
  readonly migration: MigrationData;
  readonly findings: readonly Diagnostic[];
  readonly isDone: boolean;
}

/** Lets the orchestrator do it that owns the store. Undefined when the owner is none, or is ending. */
async function migrateThere(migrating: Migrating, ask: Ask): Promise<Migrated | undefined> {
  const { prefix, revisions, by, isMeant } = migrating;
  const status = await ask({ op: "status" });
  if (!status?.result || status.result.state === "draining") return undefined;
  const revision = await revisions.said(prefix, ask);
  if (!revision) return undefined;
  const request = { op: "migrate", run: prefix, revision, by } as const;
  const looked = (await ask({ ...request, isMeant: false }))?.result;
  if (!looked) return undefined;
  const findings = await findingsOf(looked, migrating, keeperOf(ask));
  if (!isMeant || looked.problems.length > 0) return { migration: looked, findings, isDone: false };
  const migration = (await ask({ ...request, isMeant }))?.result;
  return migration && { migration, findings, isDone: true };
}

async function migrateHere(migrating: Migrating, house: House): Promise<Migrated> {
  const { prefix, revisions, by, isMeant } = migrating;
  const { engine, store, clock } = house;
  const tools = { engine, store, now: clock.now };
  const row = await findRun(store, prefix);
  if (row.endedAt !== null) throw new MaestroError("MR2008", { run: row.id, status: row.status });
  const given = { row, by, ...(await revisions.of(row, house)) };
  const looked = toMigrationData(await checkMigration(tools, given));
  const findings = await findingsOf(looked, migrating, store);
  if (!isMeant || looked.problems.length > 0) return { migration: looked, findings, isDone: false };
  const done = { run: row.id, who: by, action: "migrate", asked: given.playable.hash } as const;
  const migration = toMigrationData(await audited(tools, done, migrateRun(tools, given)));
  return { migration, findings, isDone: true };
}

/** Before anything is done: afterwards the run is another one. */
async function findingsOf(
  looked: MigrationData,
  { root, revisions }: Migrating,
  keeper: RunKeeper,
): Promise<readonly Diagnostic[]> {
  if (looked.from === looked.to) return [];
  const { moveFindings } = await import("../deploy/move-findings.ts");
  return moveFindings(looked, { root, keeper, live: revisions.live });
}

function tell(
  io: Io,
  { migration, findings, isDone }: Migrated,
  { root, to: said, json = false }: Options & { readonly root: string },
): ExitCode {
  const { run: id, from, to, problems } = migration;
  const isSame = from === to;
  if (json) {
    const data = { ...migration, findings: findings.map(toJsonDiagnostic), isDone: isDone && !isSame };
    io.write(`${JSON.stringify(data, null, 2)}\n`);
  } else {
    for (const line of toLines(migration)) writeLine(io, line);
    const toText = findingText(io, root);
    for (const found of findings) io.write(`\n${toText(found)}\n`);
    if (findings.length > 0) io.write("\n");
  }
  if (isSame || isDone) {
    if (!json)
      writeLine(io, `${isSame ? "it has that code already" : `go on with it: maestro resume ${id}`}`);
    return EXIT.ok;
  }
  if (problems.length > 0) throw new MaestroError("MR2024", { run: id, deployment: to, problems });
  warnLines(io, `to migrate it: maestro migrate ${id} --to ${said} --yes`);
  return EXIT.usage;
}

function* toLines(whole: MigrationData): Generator<string> {
  const all = [whole];
  // What is found is looked into as well, so this goes on while the list grows.
  for (const { children } of all) all.push(...children);
  for (const { run: id, score, from, to, steps, new: fresh } of all) {
    yield `${id} of ${score}: ${from.slice(0, 12)} → ${to.slice(0, 12)}`;
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
