import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findWorkspace } from "../../compile/find-workspace.ts";
import { MaestroError } from "../../diagnostics/index.ts";
import { toColors } from "../../support/colors.ts";
import { toReason } from "../../support/to-reason.ts";
import { toVisible } from "../../support/to-visible.ts";
import { version } from "../../support/version.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { writeLine } from "../write-line.ts";

/** What one look at the machine gave. A warning stops nothing. */
export interface Check {
  readonly name: string;
  readonly status: "ok" | "warning" | "missing";
  /** What was found, in a few words. */
  readonly found: string;
  /** The way out. */
  readonly hint?: string;
}

/** The facts that a test sets instead of the machine. */
export interface Machine {
  readonly cwd: string;
  readonly node: string;
  readonly platform: string;
  /** Unix time in milliseconds. */
  readonly now: number;
  /** The free room of the file system that `folder` is in. */
  statfs(folder: string): { readonly bavail: number; readonly bsize: number };
  /** Absolute path of the workspace's store, as its configuration says. */
  storeFile(): Promise<string>;
  /** Compiles the workspace. */
  compile(): Promise<Compiled>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a look at the whole workspace gave. */
export interface Compiled {
  readonly scores: number;
  readonly orchestras: number;
  readonly errors: number;
  /** The first of them: where it is, its code, and what it says. */
  readonly first?: string;
  /** Variables that secrets of orchestras and keys of providers come from. */
  readonly variables: readonly string[];
}

const OLDEST_NODE = [22, 22] as const;
const OLDEST_ZOD = [4, 2] as const;
const LOW_BYTES = 200 * 1024 * 1024;
/** What the store's driver is built for. */
const PLATFORMS = ["linux-x64", "linux-arm64", "linux-arm", "darwin-x64", "darwin-arm64", "win32-x64"];
const FULL_ICU = "install a Node with full ICU, as nodejs.org has it";
const REINSTALL = "install again, with optional dependencies: npm install --include=optional";

/** `maestro doctor`: looks at everything that Maestro needs, and leaves nothing behind but what every command remembers. */
export async function run(
  io: Io,
  _args: string[],
  { json = false }: { readonly json?: boolean },
): Promise<ExitCode> {
  const checks = await examine(machineOf(io));
  const isFine = checks.every(({ status }) => status !== "missing");
  if (json) io.write(`${JSON.stringify({ ok: isFine, checks }, null, 2)}\n`);
  else print(checks, io);
  return isFine ? EXIT.ok : EXIT.environment;
}

/** This machine. */
export function machineOf(io: Io): Machine {
  return {
    cwd: io.cwd,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    now: Date.now(),
    statfs: statfsSync,
    storeFile: async () => (await (await import("../load-workspace.ts")).loadSettings(io)).file,
    compile: async () => (await import("../compiling.ts")).countDefinitions(io),
    env: io.env,
  };
}

function print(checks: readonly Check[], io: Io): void {
  const c = toColors(io.hasColor);
  const marks = { ok: c.green("✓"), warning: c.yellow("!"), missing: c.red("✗") };
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, status, found, hint } of checks) {
    writeLine(
      io,
      `${marks[status]} ${name.padEnd(width)}  ${toVisible(found)}${hint ? ` → ${toVisible(hint)}` : ""}`,
    );
  }
}

/** Every check, each whatever the others gave. Outside a workspace there are none of packages and store. */
export async function examine(machine: Machine): Promise<Check[]> {
  const root = findWorkspace(machine.cwd)?.root;
  const store =
    root === undefined ? undefined : await machine.storeFile().catch((error: unknown) => ({ error }));
  const place = nearestFolder(typeof store === "string" ? dirname(store) : machine.cwd);
  const checks = await Promise.all([
    nodeCheck(machine.node),
    platformCheck(machine.platform),
    guarded("database driver", REINSTALL, driverCheck),
    guarded("file locks", REINSTALL, () => lockCheck(place)),
    guarded("esbuild", REINSTALL, esbuildCheck),
    guarded("time zones", FULL_ICU, timeZoneCheck),
    clockCheck(machine.now),
    guarded("disk", "look at the disk", () => diskCheck(machine.statfs(place))),
    workspaceCheck(root, machine.cwd),
    ...(root === undefined ? [] : [zodCheck(root), maestroCheck(root)]),
    ...(store === undefined ? [] : [guarded("store", "look at: maestro validate", () => storeCheck(store))]),
    ...(root === undefined ? [] : [compileChecks(machine)]),
  ]);
  return checks.flat();
}

const ok = (name: string, found: string): Check => ({ name, status: "ok", found });
const missing = (name: string, found: string, hint: string): Check => ({
  name,
  status: "missing",
  found,
  hint,
});
const warning = (name: string, found: string, hint: string): Check => ({
  name,
  status: "warning",
  found,
  hint,
});

/** A check that throws has found something missing. */
async function guarded(name: string, hint: string, check: () => Check | Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    return missing(name, toReason(error), (error instanceof MaestroError && error.hint) || hint);
  }
}

function nodeCheck(node: string): Check {
  if (isAtLeast(node, OLDEST_NODE)) return ok("Node", node);
  return missing("Node", `${node} is too old`, `install Node ${OLDEST_NODE.join(".")} or newer`);
}

function platformCheck(platform: string): Check {
  if (PLATFORMS.includes(platform)) return ok("platform", platform);
  return warning("platform", platform, `it was never tried here; known are ${PLATFORMS.join(", ")}`);
}

async function driverCheck(): Promise<Check> {
  const { createClient } = await import("@libsql/client/sqlite3");
  const client = createClient({ url: ":memory:" });
  try {
    const { rows } = await client.execute("SELECT sqlite_version() AS version");
    return ok("database driver", `libSQL loads (SQLite ${rows[0]?.version})`);
  } finally {
    client.close();
  }
}

/** A lock has to keep out a second descriptor; some network file systems only say that it does. */
async function lockCheck(place: string): Promise<Check> {
  const { tryLock } = await import("../../store/file-lock.ts");
  const folder = makeFolderIn(place);
  const path = join(folder, "lock");
  const descriptors = [openSync(path, "w+"), openSync(path, "r+")] as const;
  try {
    const isKept = tryLock(descriptors[0], 0, 1) && !tryLock(descriptors[1], 0, 1);
    if (isKept) return ok("file locks", "they work");
    return missing(
      "file locks",
      `${dirname(folder)} does not keep them`,
      "move the workspace to a local disk",
    );
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In the store's own file system, unless it cannot be written to, of which the store's check speaks. */
function makeFolderIn(place: string): string {
  try {
    return mkdtempSync(join(place, ".maestro-doctor-"));
  } catch {
    return mkdtempSync(join(tmpdir(), "maestro-doctor-"));
  }
}

async function esbuildCheck(): Promise<Check> {
  const { stop, transform, version } = await import("esbuild");
  try {
    await transform("export const n: number = 1;", { loader: "ts" });
    return ok("esbuild", `${version} runs`);
  } finally {
    await stop();
  }
}

/** Summer time in Berlin tells whether the zones are there, or only their names. */
function timeZoneCheck(): Check {
  const berlin = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", hour: "2-digit" });
  const hour = Number.parseInt(berlin.format(Date.UTC(2025, 6, 1, 12)), 10);
  if (hour !== 14) return missing("time zones", "this Node has no data", FULL_ICU);
  return ok("time zones", `known; here it is ${Intl.DateTimeFormat().resolvedOptions().timeZone}`);
}

function clockCheck(now: number): Check {
  const time = new Date(now);
  const found = `${time.toISOString().slice(0, 16)}Z`;
  return time.getUTCFullYear() >= 2025
    ? ok("clock", found)
    : missing("clock", found, "set the system's clock");
}

function diskCheck({ bavail, bsize }: ReturnType<Machine["statfs"]>): Check {
  const freeBytes = bavail * bsize;
  const found = `${Math.floor(freeBytes / 1024 / 1024).toLocaleString("en")} MB free`;
  return freeBytes < LOW_BYTES
    ? warning("disk", found, "make room: runs stop when it is full")
    : ok("disk", found);
}

function workspaceCheck(root: string | undefined, cwd: string): Check {
  if (root !== undefined) return ok("workspace", root);
  const found = `there is no maestro.config.ts in ${cwd} or above it`;
  return warning("workspace", found, "go to the workspace's folder, or make one with: maestro init");
}

function zodCheck(root: string): Check {
  const found = versionOf("zod", root);
  if (found !== undefined && isAtLeast(found, OLDEST_ZOD)) return ok("zod", found);
  const problem = found ? `${found} cannot write JSON Schema` : "it is not installed";
  return missing("zod", problem, `in ${root}: npm install zod@^${OLDEST_ZOD.join(".")}`);
}

function maestroCheck(root: string): Check {
  const found = versionOf("maestro-ts", root);
  if (found === version) return ok("maestro-ts", found);
  const hint = `in ${root}: npm install maestro-ts@${version}`;
  return missing(
    "maestro-ts",
    found ? `scores import ${found}, not ${version}` : "scores cannot import it",
    hint,
  );
}

/** What stands in the files of the workspace, and the variables that are named there. */
async function compileChecks({ compile, env }: Machine): Promise<Check[]> {
  let compiled: Compiled | undefined;
  const definitions = await guarded("definitions", "look at: maestro validate", async () => {
    compiled = await compile();
    const { scores, orchestras, errors, first } = compiled;
    const found = `${counted(scores, "score")}, ${counted(orchestras, "orchestra")}`;
    if (errors === 0) return ok("definitions", found);
    const which = first === undefined ? "" : ` (${errors > 1 ? "the first: " : ""}${first})`;
    return missing(
      "definitions",
      `${found}: ${counted(errors, "error")}${which}`,
      "look at: maestro validate",
    );
  });
  if (!compiled) return [definitions];
  const unset = compiled.variables.filter((name) => !env[name]);
  const secrets =
    unset.length === 0
      ? ok("secrets", `${counted(compiled.variables.length, "variable")} set`)
      : warning("secrets", `not set: ${unset.join(", ")}`, "set them where Maestro is started");
  return [definitions, secrets];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Looks at the store from outside: opening it would make this process its owner. */
async function storeCheck(file: string | { readonly error: unknown }): Promise<Check> {
  if (typeof file !== "string") throw file.error;
  const { inspectFile } = await import("../../store/inspect-file.ts");
  const { kind, ...rest } = inspectFile(file);
  const isLeftOpen = "isClean" in rest && !rest.isClean;
  const unused = isLeftOpen ? "it was not closed, and is checked when it is opened" : "nobody uses it";
  const state = (await ownerOf(file)) ?? (kind === "nothing" ? "it will be made" : unused);
  return ok("store", `${file}: ${state}`);
}

/** Who uses the store. Only a lock file that names somebody is tried: an owner that ends well empties it. */
async function ownerOf(file: string): Promise<string | undefined> {
  const { lockOf, lockStore } = await import("../../store/owner-lock.ts");
  const lock = statSync(lockOf(file), { throwIfNoEntry: false });
  if (lock === undefined || (lock.isFile() && lock.size === 0)) return undefined;
  try {
    const release = await lockStore({
      file,
      command: "maestro doctor",
      wait: false,
      onWaiting: undefined,
      now: Date.now,
    });
    release();
    return undefined;
  } catch (error) {
    if (!(error instanceof MaestroError) || error.code !== "MR1007") throw error;
    const owner = error.facts as { readonly pid?: number; readonly command?: string };
    return `${owner.command ?? "another process"} uses it${owner.pid === undefined ? "" : ` (process ${owner.pid})`}`;
  }
}

/** The version of the package that modules in `root` import. */
function versionOf(name: string, root: string): string | undefined {
  try {
    const path = createRequire(join(root, "maestro.config.ts")).resolve(`${name}/package.json`);
    return (JSON.parse(readFileSync(path, "utf8")) as { readonly version?: string }).version;
  } catch {
    return undefined;
  }
}

function isAtLeast(found: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = found.split(".").map(Number);
  return a > major || (a === major && b >= minor);
}

/** The nearest folder at or above `path` that is there. */
function nearestFolder(path: string): string {
  let folder = path;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}
