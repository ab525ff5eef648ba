import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Reload } from "../../../src/compile/reload/reloader.ts";
import { compile, makeWorkspace, scoreSource, type TestWorkspace } from "../workspace.ts";
import { openReloads, type Reloads } from "./reloads.ts";

const USES_LIB = (id: string) => `import { defineScore, task } from "maestro-ts";
import { z } from "zod";
import { twice } from "./lib/twice.ts";

const first = task({ input: { n: twice(1) }, output: z.number(), run: ({ input }) => input.n });

export default defineScore({ id: "${id}", nodes: { first } });
`;
const LIB = (factor: number) => `export const twice = (n: number): number => n * ${factor};\n`;

let workspace: TestWorkspace;
let beside: string;
let reloads: Reloads;

beforeAll(async () => {
  beside = mkdtempSync(join(tmpdir(), "maestro-beside-"));
  workspace = makeWorkspace({
    "scores/alone.ts": scoreSource("alone"),
    "scores/left.ts": USES_LIB("left"),
    "scores/right.ts": USES_LIB("right"),
    "scores/lib/twice.ts": LIB(2),
    "node_modules/counts/package.json": JSON.stringify({
      name: "counts",
      version: "1.0.0",
      exports: "./index.js",
    }),
    "node_modules/counts/index.js": "exports.count = 1;\n",
    "scores/counting.ts": scoreSource(
      "counting",
      'import { count } from "counts";\nexport const n: number = count;',
    ).replace("{ n: 1 }", "{ n: count }"),
  });
  writeFileSync(
    join(beside, "package.json"),
    JSON.stringify({ name: "beside", version: "1.0.0", type: "module", exports: "./index.ts" }),
  );
  writeFileSync(join(beside, "index.ts"), "export const seven: number = 7;\n");
  symlinkSync(beside, join(workspace.root, "node_modules/beside"));
  workspace.write(
    "scores/beside.ts",
    scoreSource("beside", 'import { seven } from "beside";').replace("{ n: 1 }", "{ n: seven }"),
  );
  reloads = await openReloads(workspace);
  await reloads.next();
});

afterAll(async () => {
  await reloads.close();
  workspace[Symbol.dispose]();
  rmSync(beside, { recursive: true, force: true });
});

/** Reloads there were before the test began. */
let before = 0;
beforeEach(() => {
  before = reloads.all.length;
});

const brief = ({ scores }: Reload) => scores.map(({ id, is }) => `${id} ${is}`);
const planOf = (id: string) => JSON.stringify(reloads.reloader.scores.get(id)!.score.plan.body);

/** What stays compiled is what compiling all of it anew gives. */
async function expectAsIfNew(): Promise<void> {
  const { scores, diagnostics, files } = await compile(workspace);
  const live = reloads.reloader.compilation;
  expect(live.scores).toEqual(scores);
  expect(live.diagnostics).toEqual(diagnostics);
  expect(live.files).toEqual(files);
}

test("a save gives the score's new plan, and says what is different in it", async () => {
  workspace.write("scores/alone.ts", scoreSource("alone").replace("{ n: 1 }", "{ n: 41 }"));

  const reload = await reloads.next();

  expect(brief(reload)).toEqual(["alone changed"]);
  expect(reload.scores[0]!.changes).toMatchObject([{ node: "first", path: "input.n", from: "1", to: "41" }]);
  expect(reload.evaluated).toBe(1);
  expect(planOf("alone")).toContain("41");
});

test("a file that is written again as it was, or whose plan stays the same, changes nothing that is live", async () => {
  workspace.write("scores/alone.ts", scoreSource("alone").replace("{ n: 1 }", "{ n: 41 }"));
  workspace.write(
    "scores/alone.ts",
    `// A comment.\n${scoreSource("alone").replace("{ n: 1 }", "{ n: 41 }")}`,
  );

  expect(brief(await reloads.next())).toEqual(["alone same"]);
  expect(reloads.all.length - before).toBe(1);
});

test("a broken edit keeps the last good plan and shows what is wrong, until it is mended", async () => {
  const good = planOf("alone");

  workspace.write("scores/alone.ts", "export default defineScore(;\n");
  const broken = await reloads.next();

  expect(brief(broken)).toEqual(["alone broken"]);
  expect(broken.appeared).toMatchObject([{ code: "MS1003", at: { file: "scores/alone.ts", line: 1 } }]);
  expect(planOf("alone")).toBe(good);
  expect(reloads.reloader.scores.get("alone")!.errors).toHaveLength(1);
  await expectAsIfNew();

  workspace.write("scores/alone.ts", scoreSource("alone"));
  const mended = await reloads.next();

  expect(brief(mended)).toEqual(["alone mended"]);
  expect(mended.fixed.map(({ code }) => code)).toEqual(["MS1003"]);
  expect(reloads.reloader.scores.get("alone")!.errors).toEqual([]);
});

test("a score that imports a broken file for the first time is broken", async () => {
  workspace.write("scores/lib/broken.ts", "export const = 1;\n");
  workspace.write("scores/alone.ts", scoreSource("alone", 'import "./lib/broken.ts";'));
  while (reloads.reloader.scores.get("alone")!.errors.length === 0) await reloads.next();

  workspace.write("scores/alone.ts", scoreSource("alone"));
  rmSync(workspace.path("scores/lib/broken.ts"));
  while (reloads.reloader.scores.get("alone")!.errors.length > 0) await reloads.next();
  await reloads.settled();
});

test("a score that met what it imports while that was gone for a moment is mended when it is back as it was", async () => {
  const errorsOf = (id: string) => reloads.reloader.scores.get(id)!.errors;
  rmSync(workspace.path("scores/lib/twice.ts"));
  workspace.write("scores/left.ts", `// Gone.\n${USES_LIB("left")}`);
  while (errorsOf("left").length === 0) await reloads.next();

  // Often before anybody was told that it is gone.
  workspace.write("scores/lib/twice.ts", LIB(2));
  while (errorsOf("left").length > 0) await reloads.next();

  workspace.write("scores/left.ts", USES_LIB("left"));
  await reloads.settled();
  await expectAsIfNew();
});

test("a shared file reloads the scores that import it, together, and no other", async () => {
  workspace.write("scores/lib/twice.ts", LIB(3));

  const reload = await reloads.next();

  expect(brief(reload)).toEqual(["left changed", "right changed"]);
  expect(reload.evaluated).toBe(2);
  expect([planOf("left"), planOf("right")]).toEqual([
    expect.stringContaining("3"),
    expect.stringContaining("3"),
  ]);
  await expectAsIfNew();
});

test("a save that an editor makes in a file of its own and moves into place is one reload", async () => {
  writeFileSync(workspace.path("scores/.alone.ts.swp"), "");
  writeFileSync(workspace.path("scores/alone.ts~"), scoreSource("alone").replace("{ n: 1 }", "{ n: 5 }"));
  renameSync(workspace.path("scores/alone.ts~"), workspace.path("scores/alone.ts"));
  expect(brief(await reloads.next())).toEqual(["alone changed"]);

  rmSync(workspace.path("scores/alone.ts"));
  workspace.write("scores/alone.ts", scoreSource("alone").replace("{ n: 1 }", "{ n: 6 }"));

  expect(brief(await reloads.next())).toEqual(["alone changed"]);
  expect(reloads.all.length - before).toBe(2);
});

test("a renamed file is one reload, and its score stays what it is", async () => {
  renameSync(workspace.path("scores/alone.ts"), workspace.path("scores/lonely.ts"));

  const reload = await reloads.next();

  expect(reload.changes.map(({ file, is }) => `${file} ${is}`)).toEqual([
    "scores/alone.ts removed",
    "scores/lonely.ts added",
  ]);
  expect(brief(reload)).toEqual(["alone same"]);
  expect(reloads.reloader.scores.get("alone")!.score.file).toBe("scores/lonely.ts");
  await expectAsIfNew();
});

test("a score that is deleted is gone, and one that is new is there", async () => {
  rmSync(workspace.path("scores/lonely.ts"));
  expect(brief(await reloads.next())).toEqual(["alone removed"]);
  expect(reloads.reloader.scores.get("alone")).toBeUndefined();

  workspace.write("scores/alone.ts", scoreSource("alone"));
  expect(brief(await reloads.next())).toEqual(["alone added"]);
});

test("a folder that is deleted and made anew is one reload", async () => {
  rmSync(workspace.path("scores/lib"), { recursive: true });
  mkdirSync(workspace.path("scores/lib"));
  workspace.write("scores/lib/twice.ts", LIB(4));

  expect(brief(await reloads.next())).toEqual(["left changed", "right changed"]);
  expect(reloads.all.length - before).toBe(1);
  workspace.write("scores/lib/twice.ts", LIB(5));
  expect(brief(await reloads.next())).toEqual(["left changed", "right changed"]);
});

test("a folder that is deleted breaks what imports it, and mends it when it is back", async () => {
  rmSync(workspace.path("scores/lib"), { recursive: true });
  const broken = await reloads.next();
  expect(brief(broken)).toEqual(["left broken", "right broken"]);
  expect(broken.appeared.map(({ code }) => code)).toEqual(["MS1013", "MS1013"]);
  await expectAsIfNew();

  mkdirSync(workspace.path("scores/lib"));
  workspace.write("scores/lib/twice.ts", LIB(5));

  expect(brief(await reloads.next())).toEqual(["left mended", "right mended"]);
});

test("a package that is another version now is one reload, of everything, by a new process", async () => {
  const evaluators = reloads.reloader.evaluators;
  workspace.write("node_modules/counts/index.js", "exports.count = 2;\n");
  workspace.write(
    "node_modules/counts/package.json",
    JSON.stringify({ name: "counts", version: "2.0.0", exports: "./index.js" }),
  );

  const reload = await reloads.next();

  expect(brief(reload)).toContain("counting changed");
  expect(planOf("counting")).toContain("2");
  expect(reloads.all.length - before).toBe(1);
  expect(reloads.reloader.evaluators).toBeGreaterThan(evaluators);
});

test("a package beside the workspace that is linked into it is followed like its own files", async () => {
  writeFileSync(join(beside, "index.ts"), "export const seven: number = 8;\n");

  expect(brief(await reloads.next())).toEqual(["beside changed"]);
  expect(planOf("beside")).toContain("8");
});

test("a module that never ends costs its own score alone, and the next save is compiled as ever", async () => {
  workspace.write("scores/alone.ts", scoreSource("alone", "for (;;) {}\n"));
  const stuck = await reloads.next();
  expect(brief(stuck)).toEqual(["alone broken"]);
  expect(stuck.appeared.map(({ code }) => code)).toEqual(["MS1005"]);

  workspace.write("scores/alone.ts", scoreSource("alone", "process.exit(0);\n"));
  expect((await reloads.next()).appeared.map(({ code }) => code)).toEqual(["MS1007"]);

  workspace.write("scores/alone.ts", scoreSource("alone"));
  expect(brief(await reloads.next())).toEqual(["alone mended"]);
  await expectAsIfNew();
});

test("a workspace that only tsx could load is loaded by Node again when that is mended", async () => {
  workspace.write("scores/alone.ts", scoreSource("alone", "export enum Size {\n  small,\n}\n"));
  await reloads.next();
  expect(reloads.reloader.compilation.loader).toBe("tsx");

  workspace.write("scores/alone.ts", scoreSource("alone"));
  await reloads.next();

  expect(reloads.reloader.compilation.loader).toBe("strip");
  await expectAsIfNew();
});

test("a workspace that only tsx could load is loaded by Node again when the file that needed it is deleted", async () => {
  workspace.write("scores/sized.ts", scoreSource("sized", "export enum Size {\n  small,\n}\n"));
  await reloads.next();
  expect(reloads.reloader.compilation.loader).toBe("tsx");

  // The save is seen before the other file is said to be gone.
  rmSync(workspace.path("scores/sized.ts"));
  workspace.write("scores/alone.ts", `const = 1;\n${scoreSource("alone")}`);
  await reloads.next();

  expect(reloads.reloader.compilation.loader).toBe("strip");
  await expectAsIfNew();
  workspace.write("scores/alone.ts", scoreSource("alone"));
  await reloads.next();
});

test("what an import was probably meant to be is guessed again when that file is deleted", async () => {
  const hints = () => reloads.reloader.compilation.diagnostics.map(({ hint }) => hint);
  workspace.write("scores/lib/nearly.ts", LIB(1));
  await reloads.next();
  workspace.write("scores/alone.ts", `import "./lib/nearlyy.ts";\n${scoreSource("alone")}`);
  await reloads.next();
  expect(hints()).toEqual(['did you mean "./lib/nearly.ts"?']);

  rmSync(workspace.path("scores/lib/nearly.ts"));
  await reloads.next();

  expect(hints()).toEqual([undefined]);
  await expectAsIfNew();
  workspace.write("scores/alone.ts", scoreSource("alone"));
  await reloads.next();
});

test("a shared file that nobody imports any more is no part of the workspace, and is followed all the same", async () => {
  workspace.write("scores/lib/inner.ts", LIB(7));
  workspace.write("scores/lib/outer.ts", 'export { twice } from "./inner.ts";\n');
  const uses = USES_LIB("alone").replace("./lib/twice.ts", "./lib/outer.ts");
  workspace.write("scores/alone.ts", uses);
  await reloads.next();
  expect(planOf("alone")).toContain("7");

  workspace.write("scores/alone.ts", scoreSource("alone"));
  await reloads.next();
  await expectAsIfNew();
  workspace.write("scores/lib/inner.ts", LIB(8));
  await reloads.next();
  workspace.write("scores/alone.ts", uses);
  await reloads.next();

  expect(planOf("alone")).toContain("8");
  workspace.write("scores/alone.ts", scoreSource("alone"));
  await reloads.next();
  rmSync(workspace.path("scores/lib/inner.ts"));
  rmSync(workspace.path("scores/lib/outer.ts"));
  await reloads.next();
});

test("a shared file that is edited while its import is taken out is a new one when the import is back", async () => {
  workspace.write("scores/lib/solo.ts", LIB(7));
  const uses = USES_LIB("alone").replace("./lib/twice.ts", "./lib/solo.ts");
  workspace.write("scores/alone.ts", uses);
  await expect.poll(() => planOf("alone")).toContain("7");
  workspace.write("scores/alone.ts", scoreSource("alone"));
  await expect.poll(() => planOf("alone")).not.toContain("7");
  workspace.write("scores/lib/solo.ts", LIB(8));

  workspace.write("scores/alone.ts", uses);

  await expect.poll(() => planOf("alone")).toContain("8");
  workspace.write("scores/alone.ts", scoreSource("alone"));
  rmSync(workspace.path("scores/lib/solo.ts"));
  await expect.poll(() => planOf("alone")).not.toContain("8");
  await reloads.settled();
});

test("what a shared file reads while it is loaded is told as long as it does, whichever score is saved", async () => {
  workspace.write("scores/lib/twice.ts", `export const at = Date.now();\n${LIB(5)}`);
  expect((await reloads.next()).appeared.map(({ code }) => code)).toEqual(["MS1008"]);

  workspace.write("scores/left.ts", `// Saved.\n${USES_LIB("left")}`);
  expect((await reloads.next()).fixed).toEqual([]);
  for (const id of ["left", "right"]) {
    workspace.write(`scores/${id}.ts`, scoreSource(id));
    expect((await reloads.next()).fixed).toEqual([]);
    workspace.write(`scores/${id}.ts`, USES_LIB(id));
    await reloads.next();
  }
  rmSync(workspace.path("scores/left.ts"));
  await reloads.next();
  await expectAsIfNew();

  workspace.write("scores/lib/twice.ts", LIB(5));
  expect((await reloads.next()).fixed.map(({ code }) => code)).toEqual(["MS1008"]);
});

test("what a shared file reads while it is loaded is told again when somebody imports it again", async () => {
  workspace.write("scores/lib/clock.ts", "export const at = Date.now();\n");
  await reloads.settled();
  const codes = (all: Reload["appeared"]) => all.map(({ code }) => code);

  workspace.write("scores/alone.ts", `import "./lib/clock.ts";\n${scoreSource("alone")}`);
  expect(codes((await reloads.next()).appeared)).toEqual(["MS1008"]);
  workspace.write("scores/alone.ts", scoreSource("alone"));
  expect(codes((await reloads.next()).fixed)).toEqual(["MS1008"]);
  workspace.write("scores/alone.ts", `import "./lib/clock.ts";\n${scoreSource("alone")}`);
  expect(codes((await reloads.next()).appeared)).toEqual(["MS1008"]);
  await expectAsIfNew();

  workspace.write("scores/alone.ts", scoreSource("alone"));
  await reloads.next();
  rmSync(workspace.path("scores/lib/clock.ts"));
  await reloads.next();
});

test("what a shared file reads while it is loaded is told by nobody whose imports cannot be read", async () => {
  const between = 'export { at } from "./reads.ts";\n';
  workspace.write("scores/lib/reads.ts", "export const at: number = Date.now();\n");
  workspace.write("scores/lib/between.ts", between);
  workspace.write("scores/right.ts", `import "./lib/between.ts";\n${USES_LIB("right")}`);
  workspace.write(
    "scores/alone.ts",
    `import "./lib/reads.ts";\nimport "./nowhere.ts";\n${scoreSource("alone")}`,
  );
  await reloads.next();
  await reloads.settled();
  await expectAsIfNew();

  workspace.write("scores/lib/between.ts", between.slice(0, 20));
  await reloads.next();
  await expectAsIfNew();

  workspace.write("scores/lib/between.ts", between);
  await reloads.next();
  await expectAsIfNew();

  workspace.write("scores/alone.ts", scoreSource("alone"));
  workspace.write("scores/right.ts", USES_LIB("right"));
  rmSync(workspace.path("scores/lib/between.ts"));
  rmSync(workspace.path("scores/lib/reads.ts"));
  await reloads.next();
  await reloads.settled();
  await expectAsIfNew();
});

test("who replaces a built-in function is told as compiling anew tells it, whichever score is saved", async () => {
  const replaces = "Array.prototype.at = () => undefined;\n";
  const imports = 'import "./lib/replaces.ts";\n';
  workspace.write("scores/lib/replaces.ts", replaces);
  workspace.write("scores/right.ts", imports + USES_LIB("right"));
  await reloads.next();
  await reloads.settled();
  await expectAsIfNew();

  workspace.write("scores/alone.ts", imports + replaces + scoreSource("alone"));
  await reloads.next();
  await expectAsIfNew();

  workspace.write("scores/alone.ts", scoreSource("alone"));
  workspace.write("scores/right.ts", USES_LIB("right"));
  rmSync(workspace.path("scores/lib/replaces.ts"));
  await reloads.next();
  await reloads.settled();
  await expectAsIfNew();
});

test("a configuration that changes is applied to every score", async () => {
  workspace.write(
    "maestro.config.ts",
    'import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ providers: { local: {} }, diagnostics: { MS2006: "off" } });\n',
  );

  expect((await reloads.next()).evaluated).toBe(1);
  await expectAsIfNew();
});

test("a changed .env is a reload that evaluates nothing", async () => {
  workspace.write(".env", "KEY=1\n");

  const { changes, evaluated } = await reloads.next();

  expect([changes.map(({ file }) => file), evaluated]).toEqual([[".env"], 0]);
});

test("a branch that is switched is one reload, however many files it changes", async () => {
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...words], {
      cwd: workspace.root,
      stdio: "pipe",
    });
  git("init", "-q", "-b", "one");
  workspace.write(".gitignore", "node_modules\n.maestro\n");
  git("add", "-A");
  git("commit", "-qm", "one");
  git("checkout", "-qb", "two");
  for (let i = 0; i < 100; i++) workspace.write(`scores/many-${i}.ts`, scoreSource(`many-${i}`));
  git("add", "-A");
  git("commit", "-qm", "two");
  let there = reloads.reloader.compilation.scores.length;
  while (there < 104) there = (await reloads.next()).compilation.scores.length;
  const settled = reloads.all.length;

  git("checkout", "-q", "one");

  const reload = await reloads.next();
  expect(reload.scores.filter(({ is }) => is === "removed")).toHaveLength(100);
  expect(reloads.all.length - settled).toBe(1);
  await expectAsIfNew();
});
