import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { withLateLocales } from "../../src/compile/child/late-locales.ts";
import { MANY_FILES } from "../../src/compile/child/protocol.ts";
import { StrippedTexts } from "../../src/compile/child/stripped-texts.ts";
import { beginChild, toTerms } from "../../src/compile/run-child.ts";
import { stripAhead } from "../../src/compile/strip-ahead.ts";
import { childEntry, compile, makeWorkspace, scoreSource } from "./workspace.ts";

const LIMITS = { entry: childEntry, timeoutMs: 10_000, memoryMb: 512 };

function jobOf(root: string, ...names: string[]) {
  return {
    ...toTerms(root, "strip", LIMITS),
    files: names.map((name) => ({ file: `scores/${name}.ts`, kind: "score" as const })),
  };
}

test("a few files are stripped before they are asked for, with what they import by a path", () => {
  using workspace = makeWorkspace({
    "scores/a.ts": 'import { n } from "../lib/n.ts";\nexport default n as number;\n',
    "scores/broken.ts": "export default (;\n",
    "scores/huge.ts": `//${"x".repeat(300_000)}\n`,
    "lib/n.ts": "export const n: number = 1;\n",
  });

  const stripped = stripAhead(jobOf(workspace.root, "a", "broken", "huge", "missing"));

  expect(stripped.map(({ file }) => file)).toEqual(["scores/a.ts", "lib/n.ts"]);
  expect(stripped[1]!.code).toBe("export const n         = 1;\n");
  const many = Array.from({ length: MANY_FILES }, () => "a");
  expect(stripAhead(jobOf(workspace.root, ...many))).toEqual([]);
});

test("a file that was edited after it was stripped is evaluated as it stands there", () => {
  using workspace = makeWorkspace({ "scores/a.ts": "export const n: number = 1;\n" });
  const texts = new StrippedTexts();
  const job = jobOf(workspace.root, "a");
  texts.give({ ...job, stripped: stripAhead(job) });
  const strip = (text: string) =>
    texts.strip(pathToFileURL(workspace.path("scores/a.ts")).href, {
      format: "module-typescript",
      source: Buffer.from(text),
    }).source;

  expect(strip("export const n: number = 1;\n")).toBe("export const n         = 1;\n");
  expect(strip("export const n: string = '';\n")).toBe("export const n         = '';\n");
});

test("a process that was begun and is not needed ends, and says nothing", () => {
  const terms = JSON.stringify(toTerms(process.cwd(), "strip", LIMITS));
  const { status, stderr } = spawnSync(process.execPath, ["--no-warnings", childEntry, terms], { input: "" });

  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: "" });
});

test("a process that was begun does one job", async () => {
  const begun = beginChild(process.cwd(), LIMITS);

  const child = begun();
  expect(child?.pid).toBeTypeOf("number");
  expect(begun()).toBeUndefined();

  const ended = new Promise((resolve) => child!.on("close", resolve));
  child!.stdin!.end();
  await ended;
});

test("a process that could not be begun is nobody's", () => {
  const begun = beginChild("/nowhere/at/all", LIMITS);

  expect(begun()).toBeUndefined();
});

test("zod has its messages in every language, though each is loaded when somebody asks for it", async () => {
  const url = new URL("../../node_modules/zod/v4/locales/index.js", import.meta.url);
  const read = withLateLocales(url.href, { format: "module", source: readFileSync(url) });
  expect(read.source).toContain("export function fr() { return load('./fr.js').default(); }");
  using workspace = makeWorkspace({
    "scores/french.ts": scoreSource(
      "french",
      `const { localeError } = z.locales.fr();
const said = localeError({ code: "invalid_type", expected: "string", input: 1 } as never);
if (!String(said).includes("attendu")) throw new Error(\`it says \${said}\`);
const { length } = Object.keys(z.locales);
if (length !== ${readFileSync(url, "utf8").match(/ as \w+/g)!.length}) throw new Error(\`there are \${length}\`);
`,
    ),
  });

  const { diagnostics } = await compile(workspace);

  expect(diagnostics).toEqual([]);
});
