import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { backUp, copyBeside } from "../../src/store/back-up.ts";
import { connectLibsql } from "../../src/store/connection.ts";
import { inspectBackup, restore } from "../../src/store/restore.ts";
import { SCHEMA_VERSION } from "../../src/store/schema-version.ts";
import { completed, contentsOf, newFile, newRun, open, openWithRun, temporaryFolder } from "./workbench.ts";

const now = () => Date.UTC(2026, 10, 20, 12);

/** A store with a run of that name, closed; and what it is copied to. */
async function closedWith(...runs: string[]): Promise<string> {
  const file = newFile();
  const store = await openWithRun(file);
  for (const id of runs) await store.createRun(newRun({ id }));
  await store.close();
  return file;
}

async function runsIn(file: string): Promise<string[]> {
  const store = await open(file);
  const rows = await store.listRuns({ limit: 99 });
  await store.close();
  return rows.map(({ id }) => id);
}

test("a copy that is made beside an owner has what was durable, and the owner writes on", async () => {
  const file = newFile();
  const store = await openWithRun(file);
  await store.recordStep(completed("before"));
  const to = join(dirname(file), "copies/one.db");

  await backUp({ to, copy: (path) => copyBeside(file, path) });
  await store.recordStep(completed("after"));

  expect(statSync(to).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(to)).mode & 0o777).toBe(0o700);
  expect(readdirSync(dirname(to))).toEqual(["one.db"]);
  expect(await inspectBackup(to)).toEqual({ version: SCHEMA_VERSION, runs: 1, open: 1, newest: "run_1" });
  const copy = await open(to);
  expect((await copy.stepsOf("run_1")).map(({ key }) => key)).toEqual(["before"]);
  expect(await store.stepsOf("run_1")).toHaveLength(2);
});

test("a backup takes nobody's place, and one that cannot be made leaves nothing", async () => {
  const file = await closedWith();
  const folder = temporaryFolder();
  const [there, text] = [join(folder, "there.db"), join(folder, "text")];
  writeFileSync(there, "something");
  writeFileSync(text, "no store at all, and no database either");
  const copy = (path: string) => copyBeside(file, path);

  await expect(backUp({ to: there, copy })).rejects.toMatchObject({ code: "MR2054", facts: { file: there } });
  await expect(
    backUp({ to: join(folder, "a"), copy: (path) => copyBeside(text, path) }),
  ).rejects.toMatchObject({
    code: "MR2054",
  });
  // What was copied is looked at: a copy that is damaged is none.
  const damaged = async (path: string) => {
    await copy(path);
    truncateSync(path, 20_000);
  };
  await expect(backUp({ to: join(folder, "b"), copy: damaged })).rejects.toMatchObject({ code: "MR2054" });

  expect(readdirSync(folder).sort()).toEqual(["text", "there.db"]);
  expect(readFileSync(there, "utf8")).toBe("something");
});

test("a backup takes the place of the store, with its journal, and the store is kept", async () => {
  const backup = await closedWith("run_old");
  const left = await closedWith("run_new");
  const store = await open(left);
  await store.recordStep(completed("in the journal"));
  // As its owner left it when it was killed: what was written last is in its journal.
  const file = newFile();
  for (const suffix of ["", "-wal"]) writeFileSync(`${file}${suffix}`, readFileSync(`${left}${suffix}`));
  await store.close();

  const kept = await restore({ file, backup, now });

  expect(kept).toBe(`${file}.before-restore-2026-11-20T12-00-00`);
  expect(await runsIn(file)).toEqual(["run_old", "run_1"]);
  const before = await open(kept!);
  expect((await before.listRuns({ limit: 9 })).map(({ id }) => id)).toEqual(["run_new", "run_1"]);
  expect((await before.stepsOf("run_1")).map(({ key }) => key)).toEqual(["in the journal"]);
  expect(existsSync(`${file}.restoring`)).toBe(false);
});

/** What is in the journal of a store after a step was written. */
async function journalOf(file: string): Promise<Buffer> {
  const store = await open(file);
  for (let n = 0; n < 20; n++) await store.recordStep(completed(`lost/${n}`));
  const journal = readFileSync(`${file}-wal`);
  await store.close();
  return journal;
}

test("what is too damaged to be opened is kept with its journal, and its journal is not taken for the backup's", async () => {
  const file = await closedWith("run_new");
  const backup = await closedWith("run_old");
  const journal = await journalOf(await closedWith("run_lost"));
  writeFileSync(file, "no database any more");
  writeFileSync(`${file}-wal`, journal);

  const kept = await restore({ file, backup, now });

  const store = await open(file);
  expect((await store.listRuns({ limit: 9 })).map(({ id }) => id)).toEqual(["run_old", "run_1"]);
  expect(await store.stepsOf("run_1")).toEqual([]);
  expect(readFileSync(kept!, "utf8")).toBe("no database any more");
  expect(readFileSync(`${kept}-wal`).equals(journal)).toBe(true);
});

test("where there is no store, and where a link leads to it, a backup becomes it", async () => {
  const backup = await closedWith("run_old");
  const none = newFile();
  expect(await restore({ file: none, backup, now })).toBeUndefined();
  expect(await runsIn(none)).toEqual(["run_old", "run_1"]);

  const real = await closedWith("run_new");
  const link = join(temporaryFolder(), "link.db");
  symlinkSync(real, link);
  await restore({ file: link, backup, now });
  expect(await runsIn(real)).toEqual(["run_old", "run_1"]);
});

test("while a process owns the store nothing is put in its place", async () => {
  const file = newFile();
  const store = await openWithRun(file);

  await expect(restore({ file, backup: await closedWith("run_old"), now })).rejects.toMatchObject({
    code: "MR1007",
  });

  await store.recordStep(completed("a"));
  await store.close();
  expect(await runsIn(file)).toEqual(["run_1"]);
});

function spoiled(how: (backup: string) => void): (backup: string) => string {
  return (backup) => {
    how(backup);
    return backup;
  };
}

test.each<[string, (backup: string) => Promise<string> | string, RegExp]>([
  ["that is missing", (backup) => `${backup}.none`, /there is no such file/],
  ["that is a folder", (backup) => dirname(backup), /it is no file/],
  ["that is empty", spoiled((backup) => truncateSync(backup, 0)), /nothing is in it/],
  ["of text", spoiled((backup) => writeFileSync(backup, "x".repeat(5_000))), /not a database/],
  ["that is cut off", spoiled((backup) => truncateSync(backup, 30_000)), /malformed|damaged|cut off/],
  [
    "of another program",
    async (backup) => {
      const other = `${backup}.other`;
      const connection = connectLibsql(other);
      await connection.executeMultiple("CREATE TABLE notes (text TEXT)");
      connection.close();
      return other;
    },
    /the SQLite database of another program/,
  ],
  [
    "of a newer Maestro",
    async (backup) => {
      const connection = connectLibsql(backup);
      await connection.executeMultiple(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
      await connection.executeMultiple("PRAGMA wal_checkpoint(TRUNCATE)");
      connection.close();
      return backup;
    },
    /has schema \d+, and this Maestro knows/,
  ],
  [
    "that was copied while it was in use",
    spoiled((backup) => writeFileSync(`${backup}-wal`, "frames")),
    /a journal lies beside it/,
  ],
])("a file %s is not restored, and the store stays as it is", async (_what, spoil, reason) => {
  const file = await closedWith("run_new");
  // A connection that was closed takes its empty journal with it when the driver comes to that.
  const kept = () => Object.entries(contentsOf(dirname(file))).filter(([name]) => !/-(wal|shm)$/.test(name));
  const before = kept();
  const backup = await spoil(await closedWith("run_old"));

  const refused = await restore({ file, backup, now }).catch((error: unknown) => error);

  expect(refused).toMatchObject({ code: "MR2055" });
  expect((refused as Error).message).toMatch(reason);
  expect(kept()).toEqual(before);
});
