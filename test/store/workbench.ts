import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Connection, connectLibsql } from "../../src/store/connection.ts";
import { type OpenStoreOptions, openStore } from "../../src/store/open-store.ts";
import type { NewRun, StepRow, Store } from "../../src/store/store.ts";
import { Disk } from "../sim/disk.ts";
import { MemoryStore } from "../sim/memory-store.ts";

export const MIGRATIONS = join(import.meta.dirname, "../../migrations");

/** Set by `over-memory.test.ts`: then the stores of this workbench are those of the simulation, each file a `Disk`. */
export const over: { memory: boolean } = { memory: false };
const disks = new Map<string, Disk>();

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "maestro-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The path of a store in a folder of its own. */
export function newFile(): string {
  return join(temporaryFolder(), "maestro.db");
}

/**
 * What a crash left of `file`, elsewhere: this process may still hold the shared memory that tells what is in the journal, as
 * the driver closes a connection only when its statements are collected, and nobody would read the journal itself.
 */
export function leftOf(file: string): string {
  const copy = newFile();
  for (const suffix of ["", "-wal"]) cpSync(file + suffix, copy + suffix);
  return copy;
}

/** An open store that is closed after the test. */
export async function open(file: string, options: Partial<OpenStoreOptions> = {}): Promise<Store> {
  if (over.memory) {
    const disk = disks.get(file) ?? new Disk();
    disks.set(file, disk);
    return new MemoryStore(disk);
  }
  const store = await openStore({ file, durability: "process", migrations: MIGRATIONS, ...options });
  onTestFinished(() => store.close().catch(() => {}));
  return store;
}

/** A store with the deployment "d" and the run "run_1". A new one is a copy: making each anew would write 16 MB of ballast. */
export async function openWithRun(file: string, options: Partial<OpenStoreOptions> = {}): Promise<Store> {
  if (!over.memory && !existsSync(file)) {
    template ??= makeTemplate();
    writeFileSync(file, await template);
    writeFileSync(`${file}.ballast`, "room");
    return open(file, options);
  }
  const store = await open(file, options);
  await addRun(store);
  return store;
}

let template: Promise<Buffer> | undefined;

async function makeTemplate(): Promise<Buffer> {
  const file = newFile();
  const store = await open(file);
  await addRun(store);
  await store.close();
  return readFileSync(file);
}

async function addRun(store: Store) {
  await store.saveDeployment({
    hash: "d",
    score: "leads",
    plan: "{}",
    code: null,
    createdAt: 1,
    agents: "{}",
  });
  await store.createRun(newRun());
}

export function newRun(row: Partial<NewRun> = {}): NewRun {
  return {
    id: "run_1",
    score: "leads",
    deployment: "d",
    status: "running",
    input: "{}",
    createdAt: 1,
    parent: null,
    startedAt: 1,
    ...row,
  };
}

export function completed(key: string, row: Partial<StepRow> = {}): StepRow {
  return {
    runId: "run_1",
    key,
    attempt: 1,
    kind: "task",
    status: "completed",
    output: `{"of":"${key}"}`,
    error: null,
    info: null,
    startedAt: 10,
    endedAt: 20,
    ...row,
  };
}

/** `overrides` in front of the real connection, given to them as the second argument. */
export function intercept(
  overrides: (real: Connection) => Partial<Connection>,
): (file: string) => Connection {
  return (file) => {
    const real = connectLibsql(file);
    return {
      execute: (sql, args) => real.execute(sql, args),
      batch: (statements, begun) => real.batch(statements, begun),
      executeMultiple: (sql) => real.executeMultiple(sql),
      query: (sql, args) => real.query(sql, args),
      reconnect: () => real.reconnect(),
      close: () => real.close(),
      ...overrides(real),
    };
  };
}

/** An error as the driver throws it. */
export function sqliteError(code: string, rawCode: number): Error {
  return Object.assign(new Error(code), { code, rawCode });
}

/** What is in a folder: the hash of each file by its name. */
export function contentsOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    names.map(({ parentPath, name }) => [
      join(parentPath, name),
      createHash("sha256")
        .update(readFileSync(join(parentPath, name)))
        .digest("hex"),
    ]),
  );
}

export interface Child {
  /** The next line that it prints. */
  line(): Promise<string>;
  kill(): void;
  /** How it ended: its exit code, or the name of the signal. */
  readonly ended: Promise<number | string>;
}

/** Starts `children/<name>.ts` in a process of its own. */
export function startChild(
  name: string,
  args: readonly string[],
  options: { uid?: number; gid?: number } = {},
): Child {
  const script = join(import.meta.dirname, "children", `${name}.ts`);
  const child = spawn(process.execPath, ["--no-warnings", script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    // Half of a child's time is compiling what it imports.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "maestro-store-children") },
    ...options,
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = child.stdout.setEncoding("utf8").iterator();
  let rest = "";
  return {
    async line() {
      while (!rest.includes("\n")) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`${name} ended; it printed: ${rest}`);
        rest += value;
      }
      const end = rest.indexOf("\n");
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      return line;
    },
    kill: () => void child.kill("SIGKILL"),
    ended: new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code ?? -1))),
  };
}
