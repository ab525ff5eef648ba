import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const config = (diagnostics: string) =>
  `import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ store: { durability: "process" }, diagnostics: ${diagnostics} });\n`;

const letters = (before = "") => `import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const used = task({ output: z.string(), run: () => "sent" });
${before}const spare = task({ output: z.string(), run: () => "" });

export default defineScore({ id: "letters", nodes: { used }, output: used.output });
`;

test("a warning that counts as an error ends with 1 and stops a run", async () => {
  const workspace = makeCliWorkspace({
    "maestro.config.ts": config('{ MS2006: "error" }'),
    "scores/letters.ts": letters(),
  });

  const validated = await workspace.maestro(["validate"]);
  const run = await workspace.maestro(["run", "letters"]);

  expect(validated.code).toBe(1);
  expect(validated.stdout).toContain("1 error in 2 files");
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("error MS2006");
});

test("an error that counts as a warning ends with 0 and stops no run, from the cache as well", async () => {
  const workspace = makeCliWorkspace({
    "maestro.config.ts": config('{ MS4006: "warning" }'),
    "scores/letters.ts": letters().replace(
      "const spare = task({",
      "export const x = 1;\nconst spare = task({",
    ),
  });
  workspace.write(
    "scores/letters.ts",
    letters()
      .replace("task({", "task({ owner: 'ada',")
      .replace(/^const spare.*$/m, ""),
  );

  const codes = [];
  for (const words of [["validate"], ["validate"], ["run", "letters", "-q"], ["run", "letters", "-q"]])
    codes.push((await workspace.maestro(words)).code);

  expect(codes).toEqual([0, 0, 0, 0]);
});

test("a setting that changes is seen at once", async () => {
  const workspace = makeCliWorkspace({
    "maestro.config.ts": config('{ MS2006: "error" }'),
    "scores/letters.ts": letters(),
  });
  await workspace.maestro(["validate"]);

  workspace.write("maestro.config.ts", config('{ MS2006: "off" }'));
  const { code, stdout } = await workspace.maestro(["validate"]);

  expect(code).toBe(0);
  expect(stdout).toMatch(/^no problems in 1 score, 2 files · /);
});

test("what is suppressed is counted in the last line, marked in SARIF, and nowhere else", async () => {
  const workspace = makeCliWorkspace({
    "scores/letters.ts": letters("// maestro-ignore MS2006: comes back in May\n"),
  });

  const pretty = await workspace.maestro(["validate"]);
  const again = await workspace.maestro(["validate"]);
  const json = JSON.parse((await workspace.maestro(["validate", "--json"])).stdout);
  const github = await workspace.maestro(["validate", "--no-types", "--format", "github"]);
  const sarif = JSON.parse((await workspace.maestro(["validate", "--format", "sarif"])).stdout);

  expect(pretty.stdout).toMatch(/^no problems in 1 score, 2 files · 1 suppressed · /);
  expect(again.stdout).toMatch(/^no problems in 1 score, 2 files · 1 suppressed · /);
  expect(json).toMatchObject({ ok: true, diagnostics: [], counts: { errors: 0, warnings: 0, infos: 0 } });
  expect(github.stdout).toBe("");
  expect(sarif.runs[0].results).toEqual([
    expect.objectContaining({
      ruleId: "MS2006",
      suppressions: [{ kind: "inSource", justification: "comes back in May" }],
    }),
  ]);
});

test("a type error that counts as a warning can be suppressed, also in a file of types alone", async () => {
  const compilerOptions = { target: "es2024", module: "nodenext", strict: true, skipLibCheck: true };
  const workspace = makeCliWorkspace({
    "maestro.config.ts": config('{ MS1001: "warning" }'),
    "tsconfig.json": JSON.stringify({
      compilerOptions: { ...compilerOptions, allowImportingTsExtensions: true, noEmit: true },
      include: ["scores", "maestro.config.ts"],
    }),
    "scores/letters.ts": letters().replace(/^const spare.*$/m, ""),
    "scores/lib/kinds.ts": "// maestro-ignore MS1001: a gap in its types\nexport type Kind = Knd;\n",
  });

  const { code, stdout } = await workspace.maestro(["validate"]);

  expect(stdout).toMatch(/^no problems in 1 score, 2 files · 1 suppressed · /);
  expect(code).toBe(0);
});
