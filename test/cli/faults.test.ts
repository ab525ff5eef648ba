import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
} from "node:fs";
import { describe, expect, test } from "vitest";
import { BIN, type CliWorkspace, makeCliWorkspace } from "./workspace.ts";

/** Steps that each write a line to `ledger` before they do anything, and give `bytes` of output. */
const WIDE_SCORE = `import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineScore, derive, input, map, task } from "maestro-ts";
import { z } from "zod";

const start = input(z.object({ items: z.int().default(80), bytes: z.int().default(0), ms: z.int().default(0) }));
const list = derive([start.items], (items) => Array.from({ length: items }, (_, i) => i));
const items = map({
  over: list,
  maxItems: 1000,
  concurrency: 8,
  each: (n) =>
    task({
      input: { n, bytes: start.bytes, ms: start.ms },
      output: z.string(),
      run: async ({ input, signal }) => {
        appendFileSync("ledger", input.n + "\\n");
        const isStubborn = existsSync("stubborn") && input.n % 3 === 0;
        await sleep(existsSync("quick") ? 0 : input.ms, undefined, isStubborn ? {} : { signal });
        return String(input.n).repeat(input.bytes).slice(0, input.bytes);
      },
    }),
});
const count = task({ input: { items: items.output }, output: z.int(), run: ({ input }) => input.items.length });

export default defineScore({ id: "wide", input: start, nodes: { items, count }, output: { count: count.output } });
`;

/** A program that writes down which process it is, and takes a minute. */
const PROGRAM_SCORE = `import { defineScore, shell } from "maestro-ts";

const slow = shell({ command: ["sh", "-c", "echo $$ > pid; exec sleep 60"] });

export default defineScore({ id: "slow", nodes: { slow } });
`;

const wide = () => makeCliWorkspace({ "scores/wide.ts": WIDE_SCORE });

/** How often each step was played. */
function playsOf(workspace: CliWorkspace): Map<string, number> {
  const plays = new Map<string, number>();
  for (const line of workspace.read("ledger").trim().split("\n")) plays.set(line, (plays.get(line) ?? 0) + 1);
  return plays;
}

/** Every step was played, and at most those under way at the fault a second time. */
function expectNothingLost(
  workspace: CliWorkspace,
  { items, underWay }: { items: number; underWay: number },
) {
  const plays = playsOf(workspace);
  expect(plays.size).toBe(items);
  const repeated = [...plays.values()].reduce((sum, count) => sum + count - 1, 0);
  expect(repeated).toBeLessThanOrEqual(underWay);
}

/** A sentence with a code and a way out, and nothing for those who build Maestro. */
function expectSentence(stderr: string, code: string) {
  expect(stderr).toMatch(new RegExp(`^error ${code}: [^\\n]+\\.$`, "m"));
  expect(stderr).toMatch(/^ {2}hint: \S/m);
  expect(stderr).not.toMatch(/^\s+at |Maestro itself failed|panicked|MAESTRO_DEBUG/m);
}

describe("SIGTERM under load", () => {
  test("stops within 31 s with exit code 130, and the run goes on from there", async () => {
    const workspace = wide();
    const run = workspace.maestro(["run", "wide", "-i", "ms=300"]);
    await expect
      .poll(() => (workspace.has("ledger") ? playsOf(workspace).size : 0), { timeout: 20_000 })
      .toBeGreaterThan(20);

    const at = Date.now();
    run.child.kill("SIGTERM");
    const { code, stderr } = await run;

    expect(code).toBe(130);
    expect(Date.now() - at).toBeLessThan(31_000);
    expect(stderr).toContain("go on with: maestro resume run_");
    workspace.write("quick", "");
    const resumed = await workspace.maestro(["resume", "--quiet"]);
    expect(JSON.parse(resumed.stdout)).toEqual({ count: 80 });
    expectNothingLost(workspace, { items: 80, underWay: 8 });
  });

  test("a second one leaves within a second, whatever the steps are at", async () => {
    const workspace = wide();
    workspace.write("stubborn", "");
    const run = workspace.maestro(["run", "wide", "-i", "ms=60000"]);
    await expect
      .poll(() => (workspace.has("ledger") ? playsOf(workspace).size : 0), { timeout: 20_000 })
      .toBe(8);
    run.child.kill("SIGTERM");
    await run.said("again leaves at once");

    const at = Date.now();
    run.child.kill("SIGTERM");
    const { code } = await run;

    expect(code).toBe(130);
    expect(Date.now() - at).toBeLessThan(1_000);
  });
});

test("a terminal that is closed ends the run like Ctrl-C: no program is left behind, and it goes on from there", async () => {
  const workspace = makeCliWorkspace({ "scores/slow.ts": PROGRAM_SCORE });
  const run = workspace.maestro(["run", "slow"]);
  await expect.poll(() => workspace.has("pid") && workspace.read("pid").endsWith("\n")).toBe(true);

  run.child.kill("SIGHUP");
  const { code, stderr } = await run;

  expect(code).toBe(130);
  expect(stderr).toContain("go on with: maestro resume run_");
  expect(existsSync(`/proc/${workspace.read("pid").trim()}`)).toBe(false);
});

/** Runs a shell script where it may mount disks of its own, that are gone with it. */
function inNamespace(workspace: CliWorkspace, script: string): Promise<{ stdout: string; stderr: string }> {
  const maestro = `maestro() { ${JSON.stringify(process.execPath)} ${JSON.stringify(BIN)} "$@"; }`;
  const child = spawn("unshare", ["-Urm", "sh", "-c", `${maestro}\n${script}`], { cwd: workspace.root });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text) => (stdout += text));
  child.stderr.on("data", (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve({ stdout, stderr }));
  });
}

/** Where users may not mount anything, even among themselves, there is no disk to fill. */
const hasNamespaces =
  spawnSync("unshare", ["-Urm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"], { stdio: "ignore" }).status === 0;

describe.runIf(hasNamespaces)("a disk", () => {
  test("that is full ends the run with a sentence; with room it goes on, and nothing stored is played again", async () => {
    const workspace = wide();

    const { stdout, stderr } = await inNamespace(
      workspace,
      `mkdir .maestro && mount -t tmpfs -o size=24m tmpfs .maestro
      maestro run wide -i bytes=400000 --quiet; echo "code $?"
      stat -c "%n %s" .maestro/*; maestro runs
      mount -o remount,size=90m .maestro
      maestro resume --quiet; echo "code $?"
      mount -o remount,size=300m .maestro
      maestro runs > later; stat -c "%n %s" .maestro/maestro.db.ballast >> later
      : > .maestro/maestro.db; maestro runs >> later 2>&1`,
    );

    expectSentence(stderr, "MR1008");
    expect(stdout).toMatch(/^code 3$/m);
    // It was given back first.
    expect(stdout).toMatch(/maestro\.db\.ballast 0$/m);
    expect(stdout).toMatch(/"count": 80\n\}\ncode 0\n$/);
    expectNothingLost(workspace, { items: 80, underWay: 8 });
    expect(workspace.read("later")).toMatch(/maestro\.db\.ballast 16777216$/m);
    expect(workspace.read("later")).toContain("error MR1004");
  });

  test("that is full from the start, or read-only, is told before anything is played", async () => {
    const workspace = wide();

    const { stdout, stderr } = await inNamespace(
      workspace,
      `mkdir .maestro && maestro validate >/dev/null
      mount -t tmpfs -o size=64k tmpfs .maestro; maestro run wide; echo "full $?"; umount .maestro
      mount -t tmpfs -o ro tmpfs .maestro; maestro run wide; echo "read-only $?"; maestro runs; echo "runs $?"`,
    );

    expect(stdout.match(/^(full|read-only|runs) 3$/gm)).toEqual(["full 3", "read-only 3", "runs 3"]);
    const [full, readOnly] = stderr.split(/^(?=error )/m);
    expect(full).toMatch(/^error MR1008|^error MR1011: .*the disk is full/);
    expect(readOnly).toMatch(/^error (MR1006|MR1011): /);
    expectSentence(stderr, "MR1006");
    expect(workspace.has("ledger")).toBe(false);
  });
});

test.runIf(process.platform !== "win32")(
  "a file that may not grow is an I/O error in the middle of the run: a sentence, and the run goes on afterwards",
  async () => {
    const workspace = wide();
    await workspace.maestro(["run", "wide", "-i", "items=0", "--quiet"]);
    const limited = spawnSync(
      "sh",
      ["-c", 'ulimit -f 8000; exec "$0" "$@"', process.execPath, BIN, "run", "wide", "-i", "bytes=300000"],
      { cwd: workspace.root, encoding: "utf8" },
    );

    expect(limited.status).toBe(3);
    expectSentence(limited.stderr, "MR1009");
    expect((await workspace.maestro(["runs"])).stdout).toContain("interrupted");
    const resumed = await workspace.maestro(["resume", "--quiet"]);
    expect(JSON.parse(resumed.stdout)).toEqual({ count: 80 });
    expectNothingLost(workspace, { items: 80, underWay: 8 });
  },
);

/** What is there of a store: names, kinds, sizes, times of change. */
function storeIn(workspace: CliWorkspace) {
  const folder = workspace.path(".maestro");
  const names = lstatSync(folder).isDirectory() ? readdirSync(folder) : [];
  return ["", ...names.filter((name) => name.startsWith("maestro.db")).map((name) => `/${name}`)].map(
    (name) => {
      const { mode, size, mtimeMs } = lstatSync(folder + name);
      return name === "" ? { name, mode } : { name, mode, size, mtimeMs };
    },
  );
}

describe("a store that cannot be one", () => {
  test.each<[string, string, (workspace: CliWorkspace, file: string) => void]>([
    ["a folder", "MR1001", (_, file) => mkdirSync(file)],
    ["a circle of links", "MR1002", (_, file) => symlinkSync(file, file)],
    ["a pipe", "MR1003", (_, file) => void spawnSync("mkfifo", [file])],
    ["a text", "MR1003", (workspace) => workspace.write(".maestro/maestro.db", "Dear diary,\n")],
    [
      "a file where the folder has to be",
      "MR1002",
      ({ root, write }) => {
        rmSync(`${root}/.maestro`, { recursive: true });
        write(".maestro", "");
      },
    ],
  ])(
    "%s is told by every command that needs it (%s), exit code 3, and stays as it is",
    async (_what, code, make) => {
      const workspace = wide();
      mkdirSync(workspace.path(".maestro"));
      make(workspace, workspace.path(".maestro/maestro.db"));
      const before = storeIn(workspace);

      for (const words of [["runs"], ["resume"]]) {
        const { code: exitCode, stderr } = await workspace.maestro(words);
        expect(exitCode, words[0]).toBe(3);
        expectSentence(stderr, code);
      }
      expect(storeIn(workspace)).toEqual(before);
    },
  );

  test("damage that a run left behind is told with what to do, and by programs as data", async () => {
    const workspace = wide();
    await workspace.maestro(["run", "wide", "--quiet"]);
    const file = workspace.path(".maestro/maestro.db");
    const { length } = readFileSync(file);
    truncateSync(file, length - 4_096);

    const { code, stderr } = await workspace.maestro(["runs"]);
    const asJson = await workspace.maestro(["runs", "--json"]);

    expect(code).toBe(3);
    expectSentence(stderr, "MR1004");
    expect(stderr).toContain("restore a backup over");
    expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: "MR1004", facts: { file } } });
    expect(readFileSync(file)).toHaveLength(length - 4_096);
  });

  test("a store that is removed while a run goes on ends the command with a sentence, not with a success", async () => {
    const workspace = wide();
    const run = workspace.maestro(["run", "wide", "-i", "ms=100"]);
    await expect
      .poll(() => (workspace.has("ledger") ? playsOf(workspace).size : 0), { timeout: 20_000 })
      .toBeGreaterThan(2);

    // Tried again: the run may just be writing a file there.
    rmSync(workspace.path(".maestro"), { recursive: true, maxRetries: 5 });
    const { code, stderr } = await run;

    expect(code).toBe(3);
    expectSentence(stderr, "MR1017");
  });
});

test.runIf(process.platform !== "win32")(
  "rights that are taken away while a run goes on do not end it",
  async () => {
    const workspace = wide();
    const run = workspace.maestro(["run", "wide", "-i", "ms=30", "--quiet"]);
    await expect
      .poll(() => (workspace.has("ledger") ? playsOf(workspace).size : 0), { timeout: 20_000 })
      .toBeGreaterThan(2);

    chmodSync(workspace.path(".maestro/maestro.db"), 0o000);
    chmodSync(workspace.path(".maestro"), 0o500);
    const { code, stdout } = await run;
    chmodSync(workspace.path(".maestro"), 0o700);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ count: 80 });
  },
);
