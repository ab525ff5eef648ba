import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPty, type Pty } from "./terminal.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const BIN = join(REPOSITORY, "bin/maestro.cjs");
const ASKS = `import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const draft = task({ input: {}, output: z.string(), run: () => "Dear Ada" });
const review = checkpoint({ title: "Send it?", show: draft.output, decision: z.object({ send: z.boolean() }), timeout: "24h", onTimeout: "reject" });

export default defineScore({ id: "asks", nodes: { draft, review } });
`;

let root: string;
let owner: Pty;
const maestro = (...words: readonly string[]) => openPty(process.execPath, [BIN, ...words], { cwd: root });

/** One process owns the store for all of these tests. */
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "maestro-watch-"));
  for (const folder of ["node_modules", "scores"]) mkdirSync(join(root, folder));
  symlinkSync(REPOSITORY, join(root, "node_modules/maestro-ts"));
  symlinkSync(join(REPOSITORY, "node_modules/zod"), join(root, "node_modules/zod"));
  writeFileSync(join(root, "package.json"), '{ "name": "outreach", "private": true, "type": "module" }\n');
  writeFileSync(
    join(root, "maestro.config.ts"),
    'import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ store: { durability: "process" } });\n',
  );
  writeFileSync(join(root, "scores/asks.ts"), ASKS);
  owner = maestro("dev", "--no-types", "--plain", "--rerun", "asks");
  await owner.sees("asks begins");
});
afterAll(async () => {
  owner.kill("SIGKILL");
  await owner.ended;
  rmSync(root, { recursive: true, force: true });
});

const idOf = async () => /run_[0-9a-f]{32}/.exec(await owner.sees(/run_[0-9a-f]{32}/))![0];

test("a run is watched while it waits and when it is over, and quitting leaves the terminal as it was", async () => {
  const id = await idOf();
  const pty = maestro("watch", id);
  await pty.sees(/◆ asks[\s\S]+waiting[\s\S]+✓ draft[\s\S]+◆ review/);
  expect(pty.isAlternate).toBe(true);

  const decided = maestro("decide", id, "review", "--input", "send=true");
  expect((await decided.ended).exitCode).toBe(0);

  await pty.sees(/✓ asks[\s\S]+completed[\s\S]+✓ review/);
  pty.type("q");
  expect(await pty.ended).toEqual({ exitCode: 0, signal: 0 });
  expect(pty.isAlternate).toBe(false);
  expect(pty.written.lastIndexOf("\u001b[?25h")).toBeGreaterThan(pty.written.lastIndexOf("\u001b[?25l"));

  // The beginning of an id is enough, also of a run that has ended.
  const again = maestro("watch", id.slice(0, 20));
  await again.sees(/✓ asks[\s\S]+completed/);
  again.type("q");
  expect((await again.ended).exitCode).toBe(0);
});

test("Ctrl-Z leaves the terminal to the shell, and fg takes it again, also when somebody else has stopped it", async () => {
  const id = await idOf();
  const shell = openPty("bash", ["--norc", "--noprofile", "-i"], { cwd: root, env: { PS1: "$ " } });
  shell.type(`${process.execPath} ${BIN} watch ${id} & echo $! > pid; fg\r`);
  await shell.sees(/✓ asks[\s\S]+completed/);

  shell.type("\u001a");
  await shell.sees(/Stopped/);
  expect(shell.isAlternate).toBe(false);
  // It is a shell's again: what is typed is shown, and a line is a command.
  shell.type("stty -a | grep -o ' icanon' && fg\r");
  await shell.sees(/✓ asks[\s\S]+completed/);
  expect(shell.isAlternate).toBe(true);
  expect(shell.written).toContain(" icanon");

  process.kill(Number(readFileSync(join(root, "pid"), "utf8")), "SIGSTOP");
  await shell.sees(/Stopped[\s\S]+\n\$ /);
  shell.type("fg\r");
  await shell.sees((text) => !text.includes("Stopped") && /✓ asks[\s\S]+completed/.test(text));

  shell.type("q");
  await shell.sees((text) => !text.includes("✓ asks"));
  shell.type("exit\r");
  expect((await shell.ended).exitCode).toBe(0);
});

test("a run that is not there is said in a sentence, and nothing is drawn", async () => {
  const pty = maestro("watch", "run_ffffffff");

  expect((await pty.ended).exitCode).toBe(2);
  expect(pty.lines().join("\n")).toMatch(/There is no run "run_ffffffff"/);
  expect(pty.written).not.toContain("\u001b[?1049h");
});

test("an owner that ends is told on the screen, and so is its absence to who looks later", async () => {
  const pty = maestro("watch", await idOf());
  await pty.sees(/✓ asks[\s\S]+completed/);

  owner.type("\u0003");
  await owner.ended;

  await pty.sees(/Nobody owns the store/);
  pty.type("q");
  expect((await pty.ended).exitCode).toBe(0);
  const late = maestro("watch", await idOf());
  expect((await late.ended).exitCode).toBe(3);
  expect(late.lines().join("\n")).toContain("Nobody owns the store");
});
