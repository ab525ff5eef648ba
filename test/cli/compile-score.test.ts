import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type CliWorkspace, makeCliWorkspace, SLOW_SCORE } from "./workspace.ts";

/** A score whose one task gives `what`, an expression over what `imports` bring. */
const score = (id: string, what: string, imports = "") => `import { defineScore, task } from "maestro-ts";
import { z } from "zod";
${imports}
const first = task({ input: {}, output: z.unknown(), run: () => ${what} });

export default defineScore({ id: "${id}", nodes: { first }, output: { is: first.output } });
`;

/** What `maestro run` gives. */
async function outputOf(workspace: CliWorkspace, id: string, cwd?: string): Promise<unknown> {
  const { stdout, stderr } = await workspace.maestro(["run", id, "--quiet"], cwd ? { cwd } : {});
  expect(stderr).toBe("");
  return (JSON.parse(stdout) as { is: unknown }).is;
}

/** Code that says when it is evaluated, and waits until it is told to go on. */
const meanwhile = `import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
writeFileSync("evaluating", "");
while (!existsSync("go")) await sleep(10);`;

describe("what is remembered", () => {
  test("is no finding of a file that was edited while it was checked", async () => {
    const workspace = makeCliWorkspace({ "scores/a.ts": score("a", "1", meanwhile) });
    const validating = workspace.maestro(["validate", "--no-types"]);
    await expect.poll(() => workspace.has("evaluating")).toBe(true);

    workspace.write("scores/a.ts", 'throw new Error("no");');
    workspace.write("go", "");
    await validating;

    expect((await workspace.maestro(["validate", "--no-types"])).stdout).toContain("MS1004");
  });

  test("is nothing that was edited while it was compiled", async () => {
    const workspace = makeCliWorkspace({ "scores/a.ts": score("a", "1", meanwhile) });
    const running = workspace.maestro(["run", "a", "--quiet"]);
    await expect.poll(() => workspace.has("evaluating")).toBe(true);

    workspace.write("scores/a.ts", score("a", "2", meanwhile).replace("input: {}", "input: { n: 1 }"));
    workspace.write("go", "");
    await running;

    expect(await outputOf(workspace, "a")).toBe(2);
  });

  test("is compiled once more when it gives another plan than it was compiled to", async () => {
    const workspace = makeCliWorkspace({ "scores/a.ts": score("a", "1") });
    await workspace.maestro(["run", "a"]);
    const entry = JSON.parse(workspace.read(".maestro/cache/score-a.json"));
    entry.entry.plan.concurrency = 3;
    workspace.write(".maestro/cache/score-a.json", JSON.stringify(entry));

    expect(await outputOf(workspace, "a")).toBe(1);
  });

  test("has an end when what the tsconfig extends changes", async () => {
    const base = (folder: string) => `{ "compilerOptions": { "paths": { "@lib/*": ["./${folder}/*"] } } }`;
    const workspace = makeCliWorkspace({
      "scores/a.ts": score("a", "v", 'import { v } from "@lib/v.ts";'),
      "lib1/v.ts": "export const v = 1;\n",
      "lib2/v.ts": "export const v = 2;\n",
      "tsconfig.json": '{ "extends": "./tsconfig.base.json" }',
      "tsconfig.base.json": base("lib1"),
    });
    expect(await outputOf(workspace, "a")).toBe(1);

    workspace.write("tsconfig.base.json", base("lib2"));

    expect(await outputOf(workspace, "a")).toBe(2);
  });

  test("is code that is whole: a damaged file is written again, also for a run that is resumed", async () => {
    const workspace = makeCliWorkspace({ "scores/slow.ts": SLOW_SCORE });
    const code = () => {
      const folder = workspace.path(".maestro/cache/code");
      return join(folder, readdirSync(folder).find((name) => name.endsWith(".mjs"))!);
    };
    const damage = () =>
      writeFileSync(code(), readFileSync(code(), "utf8").slice(0, -40).padEnd(100_000, "("));
    const killed = workspace.maestro(["run", "slow", "-i", "ms=400"]);
    await killed.said("✓ first");
    killed.child.kill("SIGKILL");
    await killed;

    damage();
    const resumed = await workspace.maestro(["resume", "--quiet"]);
    damage();
    const again = await workspace.maestro(["run", "slow", "--quiet"]);

    expect(JSON.parse(resumed.stdout)).toEqual({ n: 23 });
    expect(JSON.parse(again.stdout)).toEqual({ n: 23 });
  });
});

describe("beside the workspace", () => {
  const flows = "apps/flows";
  const repository = () => {
    const workspace = makeCliWorkspace({
      [`${flows}/maestro.config.ts`]:
        'import { defineConfig } from "maestro-ts";\nexport default defineConfig({});\n',
      [`${flows}/package.json`]: '{ "name": "flows", "type": "module" }',
      [`${flows}/scores/near.ts`]: score(
        "near",
        "n",
        'import { n } from "../../../packages/near.ts";',
      ).replace("input: {}", "input: { n }"),
      [`${flows}/scores/linked.ts`]: score("linked", "1", 'import { Out } from "@my/schemas";').replace(
        "z.unknown()",
        "Out",
      ),
      "packages/near.ts": "export const n: number = 1;\n",
      "packages/schemas/package.json":
        '{ "name": "@my/schemas", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
      "packages/schemas/index.js": 'import { z } from "zod";\nexport { Out } from "./out.js";\n',
      "packages/schemas/out.js": 'import { z } from "zod";\nexport const Out = z.number();\n',
    });
    mkdirSync(workspace.path("node_modules/@my"));
    symlinkSync(workspace.path("packages/schemas"), workspace.path("node_modules/@my/schemas"));
    return workspace;
  };

  test("a file that a score imports is watched like its own", async () => {
    const workspace = repository();
    const cwd = workspace.path(flows);
    const validate = () => workspace.maestro(["validate", "--no-types"], { cwd });
    expect(await outputOf(workspace, "near", cwd)).toBe(1);
    expect((await validate()).code).toBe(0);

    workspace.write("packages/near.ts", "export const n: number = 2;\n");
    const output = await outputOf(workspace, "near", cwd);
    workspace.write("packages/near.ts", 'throw new Error("no");\nexport const n = 1;\n');

    expect(output).toBe(2);
    expect((await validate()).stdout).toContain("MS1004");
  });

  test("a package of the same repository is watched as well", async () => {
    const workspace = repository();
    const cwd = workspace.path(flows);
    expect(await outputOf(workspace, "linked", cwd)).toBe(1);

    workspace.write(
      "packages/schemas/out.js",
      'import { z } from "zod";\nexport const Out = z.int().max(5);\n',
    );

    expect(await outputOf(workspace, "linked", cwd)).toBe(1);
  });
});

describe("a module", () => {
  test("is in the same place when it is played as when it is checked", async () => {
    const imports =
      'import { readFileSync } from "node:fs";\nconst prompt = readFileSync(new URL("./prompt.md", import.meta.url), "utf8");\n';
    const workspace = makeCliWorkspace({
      "scores/a.ts": score("a", 'prompt + readFileSync(import.meta.dirname + "/prompt.md", "utf8")', imports),
      "scores/prompt.md": "hello ",
    });

    expect(await outputOf(workspace, "a")).toBe("hello hello ");
  });

  test("is in the same place in a run that is resumed", async () => {
    const workspace = makeCliWorkspace({
      "scores/slow.ts": SLOW_SCORE.replace('"third\\n"', "import.meta.filename"),
    });
    const killed = workspace.maestro(["run", "slow", "-i", "ms=400"]);
    await killed.said("✓ first");
    killed.child.kill("SIGKILL");
    await killed;
    rmSync(workspace.path(".maestro/cache"), { recursive: true });

    const { code } = await workspace.maestro(["resume", "--quiet"]);

    expect(code).toBe(0);
    expect(workspace.read("ledger").split("\n").at(-1)).toBe(workspace.path("scores/slow.ts"));
  });

  test("may import by `imports` of its package, with TypeScript that Node refuses", async () => {
    const workspace = makeCliWorkspace({
      "package.json": '{ "name": "fixture", "type": "module", "imports": { "#lib/*": "./scores/lib/*.ts" } }',
      "scores/a.ts": score("a", "price()", 'import { price } from "#lib/price";'),
      "scores/lib/price.ts": "enum P { One = 1 }\nexport const price = (): number => P.One;\n",
    });

    expect(await outputOf(workspace, "a")).toBe(1);
  });

  test("may import a package that only its own folder has", async () => {
    const workspace = makeCliWorkspace({
      "scores/a.ts": score("a", "w", 'import { w } from "../pkgs/lib/index.ts";'),
      "pkgs/lib/index.ts": 'import { v } from "nested";\nexport const w: number = v + 1;\n',
      "pkgs/lib/node_modules/nested/package.json":
        '{ "name": "nested", "version": "1.0.0", "type": "module", "exports": "./i.js" }',
      "pkgs/lib/node_modules/nested/i.js": "export const v = 9;\n",
    });

    expect(await outputOf(workspace, "a")).toBe(10);
  });

  test("that makes its schemas with zod/mini is told to use zod", async () => {
    const workspace = makeCliWorkspace({
      "scores/a.ts": score("a", "1").replace('import { z } from "zod"', 'import * as z from "zod/mini"'),
    });

    const { stderr } = await workspace.maestro(["run", "a"]);

    expect(stderr).toContain("zod/mini cannot write JSON Schema; import from zod");
  });

  test("may hold the text of an import of zod", async () => {
    const workspace = makeCliWorkspace({ "scores/a.ts": score("a", "'import { z } from \"zod\";'") });

    expect(await outputOf(workspace, "a")).toBe('import { z } from "zod";');
  });

  test("that throws when it is loaded to be played is named with its place, and is no bug of Maestro's", async () => {
    const imports = 'if (process.env.BROKEN) throw new TypeError("not here\\nnor there");';
    const workspace = makeCliWorkspace({ "scores/a.ts": score("a", "1", imports) });

    const { code, stderr } = await workspace.maestro(["run", "a"], { env: { BROKEN: "1" } });

    expect(code).toBe(1);
    expect(stderr).toBe(
      'error MR2015: "a" cannot be loaded: TypeError: not here (scores/a.ts:3:31).\n  hint: move what can fail into a task\'s run function; a module only describes\n',
    );
  });

  test("whose package is gone is told without a path that nobody wrote", async () => {
    const workspace = makeCliWorkspace({
      "scores/a.ts": score("a", "v", 'import { v } from "clock";'),
      "node_modules/clock/package.json":
        '{ "name": "clock", "version": "1.0.0", "type": "module", "exports": "./i.js" }',
      "node_modules/clock/i.js":
        'if (process.env.BROKEN) throw new Error("no clock");\nexport const v = 9;\n',
    });

    const { stderr } = await workspace.maestro(["run", "a"], { env: { BROKEN: "1" } });

    expect(stderr).toContain('error MR2015: "a" cannot be loaded: no clock.\n');
  });
});

describe("a workspace that cannot be written to", () => {
  test.each([
    [".maestro is a file", { ".maestro": "" }],
    ["the cache is a file", { ".maestro/cache": "" }],
  ])("is validated where %s, and says why it is not played", async (_why, files) => {
    const workspace = makeCliWorkspace({ ...files, "scores/a.ts": score("a", "1") });

    const validated = await workspace.maestro(["validate"]);
    const played = await workspace.maestro(["run", "a"]);

    expect(validated.stderr).toBe("");
    expect(validated.code).toBe(0);
    expect(played.code).toBe(3);
    expect(played.stderr).toMatch(
      /^error MR1011: The code of the score cannot be written to .*\.maestro\/cache\/code: a file stands where a folder has to be\.\n {2}hint: /,
    );
  });
});

describe("a score", () => {
  test("in a file that cannot be loaded is not said to be missing", async () => {
    const workspace = makeCliWorkspace({
      "scores/letters.ts": `${score("mail", "1")}\nsyntax error here (\n`,
      "scores/other.ts": score("other", "1"),
    });

    const { code, stderr } = await workspace.maestro(["run", "mail"]);

    expect(code).toBe(1);
    expect(stderr).toContain("scores/letters.ts:8:8  error MS1003 syntax-error");
    expect(stderr).toContain('error MR2006: "mail" has an error and was not started.');
  });

  test("whose name is mistyped gets its guess although another file cannot be loaded", async () => {
    const workspace = makeCliWorkspace({
      "scores/letters.ts": "syntax error here (\n",
      "scores/other.ts": score("other", "1"),
    });

    const { code, stderr } = await workspace.maestro(["run", "othre"]);

    expect(code).toBe(2);
    expect(stderr).toContain('did you mean "other"?');
  });

  test("of a name that two files use is not played", async () => {
    const workspace = makeCliWorkspace({ "scores/a.ts": score("a", "1"), "scores/a2.ts": score("a", "2") });

    const { code, stderr } = await workspace.maestro(["run", "a"]);

    expect(code).toBe(1);
    expect(stderr).toContain("MS1101 duplicate-id");
  });

  test("is played although another file of scores is wrong in which its name stands", async () => {
    const workspace = makeCliWorkspace({
      "scores/a.ts": score("a", "1"),
      "scores/b.ts": score("b", "1", 'throw new Error("a" + "b");'),
    });

    expect(await outputOf(workspace, "a")).toBe(1);
  });
});

test.each(["it's a sp ace (b)", "a#b%20c", "q?ünï"])(
  "places in a workspace in a folder called %s are found",
  async (folder) => {
    const workspace = makeCliWorkspace();
    const write = (file: string, text: string) => workspace.write(`${folder}/${file}`, text);
    write("maestro.config.ts", workspace.read("maestro.config.ts"));
    write("package.json", workspace.read("package.json"));
    write("scores/lib/ö b.ts", '\nexport const fail = () => {\n  throw new Error("no");\n};\n');
    write("scores/fails.ts", score("fails", "fail()", 'import { fail } from "./lib/ö b.ts";'));
    write(
      "scores/throws.ts",
      score("throws", "1", "\nconst go = () => {\n  throw new Error('x');\n};\ngo();"),
    );
    const cwd = workspace.path(folder);

    const ran = await workspace.maestro(["run", "fails"], { cwd });
    const validated = await workspace.maestro(["validate", "--no-types"], { cwd });

    expect(ran.stderr).toContain("at scores/lib/ö b.ts:3:9\n");
    expect(validated.stdout).toContain("scores/throws.ts:5:9  error MS1004");
    expect(existsSync(join(dirname(cwd), ".maestro"))).toBe(false);
  },
);
