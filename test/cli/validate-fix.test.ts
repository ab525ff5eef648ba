import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const letters = (field = "scroe", option = "lable") => `import { defineScore, task } from "maestro-ts";
import { z } from "zod";

// What is written.
const draft = task({ output: z.object({ score: z.number() }), run: () => ({ score: 1 }) }) as any;
const sent = task({
  input: { score: draft.output.${field} }, // as a number
  output: z.string(),
  run: () => "",
  ${option}: "Sent",
} as any);

export default defineScore({ id: "letters", nodes: { draft, sent }, output: sent.output });
`;

test("--fix writes what is right, names each change, checks again and ends with 0", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": letters() });

  const { code, stdout, stderr } = await workspace.maestro(["validate", "--fix"]);

  expect(workspace.read("scores/letters.ts")).toBe(letters("score", "label"));
  expect(stdout.split("\n").slice(0, 4)).toEqual([
    'fixed scores/letters.ts:7:32 MS2102 "scroe" → "score"',
    'fixed scores/letters.ts:10:3 MS4006 "lable" → "label"',
    "",
    expect.stringMatching(/^no problems in 1 score, 2 files · /),
  ]);
  expect([code, stderr]).toEqual([0, ""]);
});

test("what a fix brings to light is fixed, too, and what has no fix is left and told", async () => {
  const workspace = makeCliWorkspace({
    "scores/letters.ts": `import "./lib/txets.ts";\n${letters()}`,
    "scores/lib/texts.ts": "export const text = '';\n",
    "scores/empty.ts":
      'import { defineScore } from "maestro-ts";\n\nexport default defineScore({ id: "empty", nodes: {} });\n',
  });

  const { code, stdout } = await workspace.maestro(["validate", "--fix"]);

  expect(workspace.read("scores/letters.ts")).toBe(`import "./lib/texts.ts";\n${letters("score", "label")}`);
  expect(stdout.match(/^fixed .*$/gm)).toEqual([
    'fixed scores/letters.ts:1:9 MS1013 "./lib/txets.ts" → "./lib/texts.ts"',
    'fixed scores/letters.ts:8:32 MS2102 "scroe" → "score"',
    'fixed scores/letters.ts:11:3 MS4006 "lable" → "label"',
  ]);
  expect(stdout).toContain("error MS2009 empty-score");
  expect(stdout).toMatch(/\n1 error in 4 files · /);
  expect(code).toBe(1);
});

test("without --fix the last line says how much it would mend", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": letters() });

  const { stdout } = await workspace.maestro(["validate"]);

  expect(stdout).toMatch(/\n2 errors in 2 files · 2 fixable: maestro validate --fix · /);
  expect(workspace.read("scores/letters.ts")).toBe(letters());
});

test.each<[string, string]>([
  ["LF", letters()],
  ["CRLF", letters().replaceAll("\n", "\r\n")],
  ["a byte order mark", `\ufeff${letters().replace("// What is written.\n", "")}`],
  ["no line break at the end", letters().trimEnd()],
  ["changes far from each other", letters().replace("  run: () =>", `${"  // ä\n".repeat(9)}  run: () =>`)],
  [
    "lines that only TypeScript breaks",
    letters().replace("// What is written.", "// What\u2028// is written.\rconst x = 1;"),
  ],
])("--fix --dry-run prints a patch and changes nothing: %s", async (_what, source) => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": source });

  const { code, stdout, stderr } = await workspace.maestro(["validate", "--fix", "--dry-run"]);

  expect(workspace.read("scores/letters.ts")).toBe(source);
  expect(stderr).toMatch(/^2 errors in 2 files · 2 fixable: maestro validate --fix · /);
  expect(code).toBe(1);
  execFileSync("git", ["apply", "--whitespace=nowarn", "-"], { cwd: workspace.root, input: stdout });
  expect(workspace.read("scores/letters.ts")).toBe(
    source.replace("scroe", "score").replace("lable", "label"),
  );
});

test("--fix --dry-run shows each change with the lines around it", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": letters("score") });

  const { stdout } = await workspace.maestro(["validate", "--fix", "--dry-run"]);

  expect(stdout).toBe(`--- a/scores/letters.ts
+++ b/scores/letters.ts
@@ -7,7 +7,7 @@
   input: { score: draft.output.score }, // as a number
   output: z.string(),
   run: () => "",
-  lable: "Sent",
+  label: "Sent",
 } as any);
 
 export default defineScore({ id: "letters", nodes: { draft, sent }, output: sent.output });
`);
});

test("--json names the fix of each finding, and with --fix what was fixed", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": letters("score") });
  const fix = {
    title: '"lable" → "label"',
    edits: [{ file: "scores/letters.ts", line: 10, column: 3, endLine: 10, endColumn: 8, text: "label" }],
  };

  const found = JSON.parse((await workspace.maestro(["validate", "--json"])).stdout);
  const fixed = JSON.parse((await workspace.maestro(["validate", "--json", "--fix"])).stdout);

  expect(found.diagnostics).toEqual([expect.objectContaining({ code: "MS4006", fix })]);
  expect(found).not.toHaveProperty("fixed");
  expect(fixed).toMatchObject({ ok: true, diagnostics: [], fixed: [{ code: "MS4006", fix }] });
});

test("--format sarif has the fix in the form of SARIF, and --fix tells what it changed on standard error", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": letters("score") });

  const found = JSON.parse((await workspace.maestro(["validate", "--format", "sarif"])).stdout);
  const { stdout, stderr } = await workspace.maestro(["validate", "--format", "sarif", "--fix"]);

  expect(found.runs[0].results[0].fixes).toEqual([
    {
      description: { text: '"lable" → "label"' },
      artifactChanges: [
        {
          artifactLocation: found.runs[0].results[0].locations[0].physicalLocation.artifactLocation,
          replacements: [
            {
              deletedRegion: { startLine: 10, startColumn: 3, endLine: 10, endColumn: 8 },
              insertedContent: { text: "label" },
            },
          ],
        },
      ],
    },
  ]);
  expect(JSON.parse(stdout).runs[0].results).toEqual([]);
  expect(stderr).toBe('fixed scores/letters.ts:10:3 MS4006 "lable" → "label"\n');
});

test.each<[string[], string]>([
  [["--watch", "--fix"], "--watch only looks"],
  [["--dry-run"], "--dry-run shows what --fix would change"],
  [["--fix", "--dry-run", "--json"], "--dry-run prints for people alone"],
])("%j is refused with 2", async (words, text) => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": letters() });

  const { code, stderr } = await workspace.maestro(["validate", ...words]);

  expect(code).toBe(2);
  expect(stderr).toContain(text);
  expect(workspace.read("scores/letters.ts")).toBe(letters());
});

describe("--fix leaves a file as it is, and says so,", () => {
  test("when it is a link out of the workspace", async () => {
    const elsewhere = makeCliWorkspace({ "letters.ts": letters() });
    const workspace = makeCliWorkspace({ "scores/.keep": "" });
    symlinkSync(elsewhere.path("letters.ts"), workspace.path("scores/letters.ts"));

    const { code, stderr } = await workspace.maestro(["validate", "--fix"]);

    expect(elsewhere.read("letters.ts")).toBe(letters());
    expect(code).toBe(1);
    expect(stderr).toBe("");
  });

  test("when it is linked to a file of the workspace's packages", async () => {
    const workspace = makeCliWorkspace({ "node_modules/shared/letters.ts": letters(), "scores/.keep": "" });
    symlinkSync(workspace.path("node_modules/shared/letters.ts"), workspace.path("scores/letters.ts"));

    const { code } = await workspace.maestro(["validate", "--fix"]);

    expect(workspace.read("node_modules/shared/letters.ts")).toBe(letters());
    expect(code).toBe(1);
  });

  test.skipIf(process.getuid?.() === 0)("when it may not be written", async () => {
    const workspace = makeCliWorkspace({ "scores/letters.ts": letters() });
    chmodSync(workspace.path("scores/letters.ts"), 0o444);

    const { code, stderr } = await workspace.maestro(["validate", "--fix"]);

    expect(workspace.read("scores/letters.ts")).toBe(letters());
    expect(stderr).toBe("scores/letters.ts cannot be written (EACCES): it was left as it is\n");
    expect(code).toBe(1);
  });

  test("when it is not UTF-8", async () => {
    const workspace = makeCliWorkspace({ "scores/letters.ts": letters() });
    const bytes = Buffer.from(letters().replace("What is", "W\u00fc is"), "latin1");
    writeFileSync(workspace.path("scores/letters.ts"), bytes);

    const { code, stderr } = await workspace.maestro(["validate", "--fix"]);

    expect(readFileSync(workspace.path("scores/letters.ts"))).toEqual(bytes);
    expect(stderr).toBe("scores/letters.ts is not UTF-8: it was left as it is\n");
    expect(code).toBe(1);
  });
});

test("--fix keeps a file's mode, and leaves no other file behind", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": letters() });
  chmodSync(workspace.path("scores/letters.ts"), 0o755);

  await workspace.maestro(["validate", "--fix"]);

  expect(statSync(workspace.path("scores/letters.ts")).mode & 0o777).toBe(0o755);
  const { stdout } = await workspace.maestro(["validate", "--json"]);
  expect(JSON.parse(stdout).ok).toBe(true);
  expect(execFileSync("ls", ["-A", join(workspace.root, "scores")], { encoding: "utf8" })).toBe(
    "letters.ts\n",
  );
});
