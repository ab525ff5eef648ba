import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LiveTypes } from "../../../src/compile/reload/live-types.ts";
import { StandingTypes } from "../../../src/compile/reload/standing-types.ts";
import { checkTypes, type TypesChecked } from "../../../src/compile/types/check-types.ts";
import { findCompiler } from "../../../src/compile/types/find-compiler.ts";
import { toTypeFindings } from "../../../src/compile/types/to-findings.ts";
import { makeTypedWorkspace } from "../types/workspace.ts";
import { scoreSource, type TestWorkspace } from "../workspace.ts";

const entry = fileURLToPath(new URL("../../../dist/answer-types.js", import.meta.url));
const SHAPE = (type: string) => `export interface Shape {\n  readonly n: ${type};\n}\n`;
const TAKES_SHAPE = `import type { Shape } from "./lib/shape.ts";

export const shape: Shape = { n: 1 };
`;

let workspace: TestWorkspace;
let standing: StandingTypes;
beforeAll(() => {
  workspace = makeTypedWorkspace({
    "scores/one.ts": scoreSource("one"),
    "scores/two.ts": scoreSource("two", TAKES_SHAPE),
    "scores/lib/shape.ts": SHAPE("number"),
  });
  const compiler = findCompiler(workspace.root)!;
  standing = new StandingTypes({ root: workspace.root, entry, compiler, env: process.env });
});
afterAll(() => {
  standing.close();
  workspace[Symbol.dispose]();
});

const checkAll = () => checkTypes({ workspace: { root: workspace.root }, env: process.env });

/** What is said of one file after it was saved. */
async function save(file: string, text: string) {
  workspace.write(file, text);
  const answer = await standing.ask({ changed: [join(workspace.root, file)], created: [], deleted: [] });
  return { ...answer!, findings: toTypeFindings(workspace.root, answer!.problems) };
}

test("what is said of an edited file is what tsc says of it, word for word and place for place", async () => {
  const wrong = `\ufeff${scoreSource(
    "one",
    'const words: string[] = ["é😀", 1];\r\n/* 😀 */ const deep: { a: { b: string } } = { a: { b: 2 } };\nconst f: (a: number) => string = (a: string) => a;\n',
  ).replace("input.n })", "input.nope })")}`;

  const { findings, isCutShort, isAlone } = await save("scores/one.ts", wrong);

  expect(findings.map(({ tsCode }) => tsCode)).toEqual([2322, 2322, 2322, 2339]);
  expect(findings).toEqual((await checkAll())!.findings);
  expect([isCutShort, isAlone]).toEqual([false, true]);
});

test("a syntax error is all that is said, as tsc does, until it is mended", async () => {
  const broken = await save("scores/two.ts", scoreSource("two", "const = 1;"));

  expect(broken.isCutShort).toBe(true);
  expect(broken.findings).toEqual((await checkAll())!.findings);
  expect(await save("scores/two.ts", scoreSource("two", TAKES_SHAPE))).toMatchObject({
    findings: [],
    isCutShort: false,
  });
});

test("a file that others import, if only for its types, is not alone", async () => {
  expect((await save("scores/lib/shape.ts", SHAPE("number | undefined"))).isAlone).toBe(false);
  expect((await save("scores/one.ts", scoreSource("one"))).isAlone).toBe(true);
  expect((await save("scores/one.ts", `${scoreSource("one")}declare global {}\n`)).isAlone).toBe(false);
});

test("types follow the sources: the edited file at once, then those that it concerns, and without that process all of them", async () => {
  workspace.write("scores/one.ts", scoreSource("one"));
  workspace.write("scores/lib/shape.ts", SHAPE("number"));
  const told: (TypesChecked | undefined)[] = [];
  let wake = () => {};
  const live = (typesEntry: string) =>
    new LiveTypes({
      workspace: { root: workspace.root },
      env: process.env,
      typesEntry,
      async onTypes(types) {
        told.push(types);
        wake();
      },
      onError: (error) => expect.unreachable(String(error)),
    });
  const next = async () => {
    const { length } = told;
    await new Promise<void>((resolve) => (wake = resolve));
    return told[length]!.findings.map(({ diagnostic }) => diagnostic.at.file);
  };
  const edit = (file: string, text: string) => {
    workspace.write(file, text);
    return [{ file, is: "changed" }] as const;
  };
  using stack = new DisposableStack();
  const types = stack.adopt(live(entry), (one) => one.close());
  types.check([]);
  expect(await next()).toEqual([]);
  expect(types.has("scores/lib/shape.ts")).toBe(true);

  types.check(edit("scores/one.ts", scoreSource("one", "const n: string = 1;")));
  // Another file is saved before the answer is there: it is told with the next one.
  types.check(edit("scores/two.ts", scoreSource("two", `${TAKES_SHAPE}// Saved.\n`)));
  expect(await next()).toEqual(["scores/one.ts"]);
  types.check(edit("scores/lib/shape.ts", SHAPE("string")));
  expect((await next()).toSorted()).toEqual(["scores/one.ts", "scores/two.ts"]);
  types.check(edit("scores/one.ts", scoreSource("one")));
  expect(await next()).toEqual(["scores/two.ts"]);

  // Asked about while it is compiled, and saved once more meanwhile: what is told is what stands there in the end.
  types.ask(edit("scores/one.ts", scoreSource("one", "const n: number = 1;")));
  const saved = edit("scores/one.ts", scoreSource("one", "const n: string = 1;"));
  types.ask(saved);
  types.check(saved);
  expect((await next()).toSorted()).toEqual(["scores/one.ts", "scores/two.ts"]);
  types.check(edit("scores/one.ts", scoreSource("one")));
  expect(await next()).toEqual(["scores/two.ts"]);

  const alone = stack.adopt(live(workspace.path("nothing.js")), (one) => one.close());
  alone.check([]);
  expect(await next()).toEqual(["scores/two.ts"]);
  alone.check(edit("scores/lib/shape.ts", SHAPE("number")));
  expect(await next()).toEqual([]);
});
