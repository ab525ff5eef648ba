import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { compile, makeWorkspace, type TestWorkspace } from "../workspace.ts";
import { openReloads } from "./reloads.ts";

/** One thing that somebody does with files between two looks at the result. */
export type Edit =
  | { readonly do: "save"; readonly file: string; readonly text: Text; readonly how: "write" | "move" }
  | { readonly do: "delete"; readonly file: string }
  | { readonly do: "rename"; readonly file: string; readonly to: string }
  | { readonly do: "remake"; readonly folder: string }
  | { readonly do: "configure"; readonly isOff: boolean };

/** What stands in a file: which other one it imports, a number, and what is wrong with it. */
interface Text {
  readonly n: number;
  readonly imports: string | undefined;
  readonly id: string | undefined;
  readonly wrong: (typeof WRONG)[number];
}

const SCORES = ["scores/a.ts", "scores/b.ts", "scores/c.ts"];
const LIBRARY = ["scores/lib/x.ts", "scores/lib/y.ts"];
const WRONG = [
  "nothing",
  "nothing",
  "nothing",
  "syntax",
  "throw",
  "clock",
  "twice",
  "missing",
  "half",
  "enum",
  "empty",
] as const;

const text: fc.Arbitrary<Text> = fc.record({
  n: fc.nat(9),
  imports: fc.option(fc.constantFrom("x", "y"), { nil: undefined, freq: 2 }),
  id: fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined, freq: 6 }),
  wrong: fc.constantFrom(...WRONG),
});
const file = fc.constantFrom(...SCORES, ...SCORES, ...LIBRARY);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant("save" as const),
      file,
      text,
      how: fc.constantFrom("write", "move"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), file }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rename" as const), file, to: file }) },
  { weight: 1, arbitrary: fc.constant({ do: "remake" as const, folder: "scores/lib" }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("configure" as const), isOff: fc.boolean() }) },
);

/** Edits in groups: those of one come without a pause. */
export const edits = (most: number) =>
  fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: most });

/** The longest that a change may take to be live, on a machine with much else to do. */
const PATIENCE_MS = 120_000;

/** Makes the edits in a workspace that stays compiled; after each group it has to be what compiling it anew gives. */
export async function followEdits(groups: readonly (readonly Edit[])[]): Promise<void> {
  using workspace = makeWorkspace(
    Object.fromEntries([...SCORES, ...LIBRARY].map((path, i) => [path, toSource(path, RIGHT(i))])),
  );
  const reloads = await openReloads(workspace);
  try {
    for (const group of groups) {
      for (const one of group) make(one, workspace);
      const fresh = await compileFresh(workspace);
      const live = () => {
        expect(reloads.errors).toEqual([]);
        return toComparable(reloads.reloader.compilation);
      };
      await expect.poll(live, { timeout: PATIENCE_MS, interval: 10 }).toEqual(toComparable(fresh));
      for (const { score, errors } of reloads.reloader.scores.all)
        if (errors.length === 0) expect(fresh.scores).toContainEqual(score);
    }
  } finally {
    await reloads.close();
  }
}

const RIGHT = (n: number): Text => ({ n, imports: "x", id: undefined, wrong: "nothing" });

type Compiled = Awaited<ReturnType<typeof compile>>;

/** A machine with too much to do makes modules look endless, which no edit here is. */
async function compileFresh(workspace: TestWorkspace): Promise<Compiled> {
  for (;;) {
    const fresh = await compile(workspace);
    if (!fresh.diagnostics.some(({ code }) => code === "MS1005")) return fresh;
  }
}

function toComparable({ loader: _, durationMs: __, ...rest }: Compiled): object {
  return rest;
}

function make(one: Edit, workspace: TestWorkspace): void {
  const path = (of: string) => workspace.path(of);
  switch (one.do) {
    case "save":
      mkdirSync(path("scores/lib"), { recursive: true });
      if (one.how === "write") writeFileSync(path(one.file), toSource(one.file, one.text));
      else {
        writeFileSync(path(`${one.file}~`), toSource(one.file, one.text));
        renameSync(path(`${one.file}~`), path(one.file));
      }
      return;
    case "delete":
      rmSync(path(one.file), { force: true });
      return;
    case "rename":
      mkdirSync(path("scores/lib"), { recursive: true });
      if (existsSync(path(one.file))) renameSync(path(one.file), path(one.to));
      return;
    case "remake":
      rmSync(path(one.folder), { recursive: true, force: true });
      for (const [i, of] of LIBRARY.entries()) workspace.write(of, toSource(of, RIGHT(i)));
      return;
    case "configure":
      workspace.write(
        "maestro.config.ts",
        `import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ diagnostics: { MS2006: "${one.isOff ? "off" : "warning"}" } });\n`,
      );
      return;
    default:
      one satisfies never;
  }
}

function toSource(of: string, { n, imports, id = basename(of, ".ts"), wrong }: Text): string {
  const isLibrary = LIBRARY.includes(of);
  const name = basename(of, ".ts");
  const imported = imports === undefined || imports === name ? undefined : imports;
  const head = imported
    ? `import { value as other } from "./${isLibrary ? "" : "lib/"}${imported}.ts";\n`
    : "";
  const value = `${n}${imported ? " + other" : ""}`;
  const body = isLibrary
    ? `${head}${bad(wrong)}export const value: number = ${value};\n`
    : `import { defineScore, task } from "maestro-ts";
import { z } from "zod";
${head}${bad(wrong)}
const first = task({ input: { n: ${value} }, output: z.number(), run: ({ input }) => input.n });

export default defineScore({ id: "${id}", nodes: { first }, output: { n: first.output } });
`;
  if (wrong === "empty") return "";
  return wrong === "half" ? body.slice(0, body.length / 2) : body;
}

function bad(wrong: Text["wrong"]): string {
  switch (wrong) {
    case "syntax":
      return "const = 1;\n";
    case "throw":
      return 'throw new Error("no");\n';
    case "clock":
      return "export const at = Date.now();\n";
    case "twice":
      return "Array.prototype.at = () => 1;\n";
    case "missing":
      return 'import "./nowhere.ts";\n';
    case "enum":
      return "export enum Size {\n  small,\n}\n";
    case "nothing":
    case "half":
    case "empty":
      return "";
    default:
      return wrong satisfies never;
  }
}
