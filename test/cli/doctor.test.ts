import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Check, examine, type Machine, run } from "../../src/cli/commands/doctor.ts";
import { lockOf, lockStore } from "../../src/store/owner-lock.ts";
import { version } from "../../src/support/version.ts";
import { fakeIo } from "./fake-io.ts";

const GB = 1024 ** 3;

function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "maestro-doctor-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** As much of Maestro as a configuration needs. */
const MAESTRO = `
  export const defineConfig = (config) => ({ id: "", ...config, [Symbol.for("maestro.definition")]: "config", sites: [] });
`;

/** A workspace in which every check is fine, as long as `packages` say so. */
function workspace(packages: Readonly<Record<string, string>> = FINE, config = "{}"): string {
  const root = tempFolder();
  const source = `import { defineConfig } from "maestro-ts";\nexport default defineConfig(${config});\n`;
  writeFileSync(join(root, "maestro.config.ts"), source);
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  for (const [name, found] of Object.entries(packages)) {
    const folder = join(root, "node_modules", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: found, type: "module" }));
    writeFileSync(join(folder, "index.js"), MAESTRO);
  }
  return root;
}

const FINE = { zod: "4.6.7", "maestro-ts": version };

const storeIn = (root: string) => join(root, ".maestro/maestro.db");

async function look(cwd: string, other: Partial<Machine> = {}): Promise<Record<string, Check>> {
  const checks = await examine({
    cwd,
    node: "24.21.0",
    platform: "linux-x64",
    now: Date.UTC(2026, 10, 20),
    statfs: () => ({ bavail: 10 * GB, bsize: 1 }),
    storeFile: async () => storeIn(cwd),
    compile: async () => ({ scores: 1, orchestras: 0, errors: 0, variables: [] }),
    env: {},
    ...other,
  });
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}

test("where everything is there, each check is one line with ✓, and the exit code is 0", async () => {
  const root = workspace();
  const io = fakeIo(join(root), { warn: () => undefined });

  const exitCode = await run(io, [], {});

  const lines = io.written.join("").trimEnd().split("\n");
  expect(lines.map((line) => line.slice(0, 18))).toEqual([
    "✓ Node            ",
    "✓ platform        ",
    "✓ database driver ",
    "✓ file locks      ",
    "✓ esbuild         ",
    "✓ time zones      ",
    "✓ clock           ",
    "✓ disk            ",
    "✓ workspace       ",
    "✓ zod             ",
    "✓ maestro-ts      ",
    "✓ store           ",
    "✓ definitions     ",
    "✓ secrets         ",
  ]);
  expect(exitCode).toBe(0);
});

test("what stands in the files and is wrong is missing, and a variable that is not set is a warning", async () => {
  const root = workspace();
  const compiled = { scores: 2, orchestras: 1, errors: 1, variables: ["CRM_KEY", "MAIL_KEY"] };

  const checks = await look(root, { compile: async () => compiled, env: { MAIL_KEY: "12345678" } });

  expect(checks.definitions).toMatchObject({
    status: "missing",
    found: "2 scores, 1 orchestra: 1 error",
    hint: "look at: maestro validate",
  });
  expect(checks.secrets).toMatchObject({ status: "warning", found: "not set: CRM_KEY" });
});

test("the doctor leaves nothing behind but the cache, not even a store", async () => {
  const root = workspace();
  const before = readdirSync(root);

  await run(fakeIo(root, { warn: () => undefined }), [], {});

  const after = readdirSync(root, { recursive: true }).map(String);
  expect(
    after.filter(
      (name) => !name.startsWith("node_modules") && !/^\.maestro($|\W(cache|\.gitignore))/.test(name),
    ),
  ).toEqual(before.filter((name) => name !== "node_modules"));
});

test("without a workspace there is a warning with the way out, and what belongs to a workspace is not looked for", async () => {
  const folder = tempFolder();
  const io = fakeIo(folder, { warn: () => undefined });

  const exitCode = await run(io, [], {});

  const output = io.written.join("");
  expect(output).toContain(
    `! workspace        there is no maestro.config.ts in ${folder} or above it → go to the workspace's folder, or make one with: maestro init\n`,
  );
  expect(output).not.toMatch(/ (zod|maestro-ts|store) /);
  expect(exitCode).toBe(0);
});

test("with something essential missing the exit code is 3, and the line says ✗ and what to do", async () => {
  const root = workspace({ "maestro-ts": version });
  const io = fakeIo(root, { warn: () => undefined });

  const exitCode = await run(io, [], {});

  expect(exitCode).toBe(3);
  expect(io.written.join("")).toContain(
    `✗ zod              it is not installed → in ${root}: npm install zod@^4.2\n`,
  );
});

test("--json gives the same as data", async () => {
  const io = fakeIo(workspace({ zod: "4.2.0", "maestro-ts": "0.0.9" }), { warn: () => undefined });

  const exitCode = await run(io, [], { json: true });

  const { ok, checks } = JSON.parse(io.written.join("")) as { ok: boolean; checks: Check[] };
  expect([exitCode, ok]).toEqual([3, false]);
  expect(checks.filter(({ status }) => status === "missing").map(({ name }) => name)).toEqual(["maestro-ts"]);
  expect(checks.find(({ name }) => name === "zod")).toEqual({ name: "zod", status: "ok", found: "4.2.0" });
});

test.each([
  ["Node", { node: "22.21.9" }, "missing", "22.21.9 is too old"],
  ["Node", { node: "22.22.0" }, "ok", "22.22.0"],
  ["Node", { node: "25.0.0" }, "ok", "25.0.0"],
  ["platform", { platform: "sunos-x64" }, "warning", "sunos-x64"],
  ["clock", { now: 0 }, "missing", "1970-01-01T00:00Z"],
  ["clock", { now: Date.UTC(2025, 0, 1) }, "ok", "2025-01-01T00:00Z"],
  ["disk", { statfs: () => ({ bavail: 199 * 1024, bsize: 1024 }) }, "warning", "199 MB free"],
  ["disk", { statfs: () => ({ bavail: 200 * 1024, bsize: 1024 }) }, "ok", "200 MB free"],
] as const)("%s with %o is %s", async (name, machine, status, found) => {
  expect((await look(tempFolder(), machine))[name]).toMatchObject({ status, found });
});

test("zod before 4.2 is too old, because it cannot write JSON Schema", async () => {
  expect((await look(workspace({ zod: "4.1.13" }))).zod).toMatchObject({
    status: "missing",
    found: "4.1.13 cannot write JSON Schema",
  });
});

test("a Maestro of another version than the scores import is named with both versions", async () => {
  expect((await look(workspace({ "maestro-ts": "0.0.9" })))["maestro-ts"]).toMatchObject({
    status: "missing",
    found: `scores import 0.0.9, not ${version}`,
  });
});

test("a check that cannot be made is missing, and the others are made all the same", async () => {
  const checks = await look(workspace(), {
    statfs: () => {
      throw new Error("ENOSYS: statfs\nat somewhere");
    },
    storeFile: async () => {
      throw new Error("it has errors");
    },
  });

  expect(checks.disk).toMatchObject({ status: "missing", found: "ENOSYS: statfs" });
  expect(checks.store).toMatchObject({
    status: "missing",
    found: "it has errors",
  });
  expect(checks.zod).toMatchObject({ status: "ok" });
});

test("the store that the configuration names is the one that is looked at", async () => {
  const root = workspace(FINE, '{ store: { file: "data/runs.db" } }');
  const io = fakeIo(root, { warn: () => undefined });

  await run(io, [], {});

  expect(io.written.join("")).toContain(
    `✓ store            ${join(root, "data/runs.db")}: it will be made\n`,
  );
});

test("a configuration that cannot be evaluated is why nothing is known of the store", async () => {
  const io = fakeIo(workspace(FINE, "{}.store.file"), { warn: () => undefined });

  expect(await run(io, [], {})).toBe(3);
  expect(io.written.join("")).toMatch(/✗ store {12}.+ → look at: maestro validate\n/);
});

test("a store that is no store is refused with the reason of the store itself", async () => {
  const root = workspace();
  mkdirSync(dirname(storeIn(root)));
  writeFileSync(storeIn(root), "dear diary");

  expect((await look(root)).store).toMatchObject({
    status: "missing",
    found: expect.stringContaining("a text file"),
    hint: expect.stringMatching(/^(?!look at: maestro validate)/),
  });
});

test.skipIf(process.getuid?.() === 0)(
  "a folder that cannot be written to is no place for a store",
  async () => {
    const root = workspace();
    mkdirSync(dirname(storeIn(root)), { mode: 0o500 });
    onTestFinished(() => chmodSync(dirname(storeIn(root)), 0o700));

    expect((await look(root)).store).toMatchObject({ status: "missing" });
  },
);

test("who uses the store is said, and it is left to them", async () => {
  const root = workspace();
  const file = storeIn(root);
  mkdirSync(dirname(file));
  const release = await lockStore({
    file,
    command: "maestro run hello",
    wait: false,
    onWaiting: undefined,
    now: Date.now,
  });
  onTestFinished(release);

  const { store } = await look(root);

  expect(store).toMatchObject({
    status: "ok",
    found: `${file}: maestro run hello uses it (process ${process.pid})`,
  });
  expect(JSON.parse(readFileSync(lockOf(file), "utf8"))).toMatchObject({
    pid: process.pid,
    command: "maestro run hello",
  });
  expect(existsSync(file)).toBe(false);
});

test("an owner that was killed does not use the store any more", async () => {
  const root = workspace();
  const file = storeIn(root);
  mkdirSync(dirname(file));
  writeFileSync(lockOf(file), JSON.stringify({ pid: 2 ** 22 + 1, command: "maestro run hello" }));

  expect((await look(root)).store).toMatchObject({ status: "ok", found: `${file}: it will be made` });
});

test.runIf(process.platform === "linux")(
  "a pipe in the place of the store's lock is named, and not waited for",
  async () => {
    const root = workspace();
    mkdirSync(dirname(storeIn(root)));
    execFileSync("mkfifo", [lockOf(storeIn(root))]);

    expect((await look(root)).store).toMatchObject({
      status: "missing",
      found: expect.stringContaining(`${lockOf(storeIn(root))} is a device or a pipe`),
      hint: expect.stringContaining(`move ${lockOf(storeIn(root))} away`),
    });
  },
);
