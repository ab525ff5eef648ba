import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const TSC = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
/** Instantiations that one more node of a long score may cost; measured: 205. */
const MOST_PER_NODE = 450;

/** Runs the compiler on `files` with the repository's options, and gives what it prints. */
async function typeCheck(
  folder: string,
  files: readonly string[],
  flags: readonly string[] = [],
  options: object = {},
): Promise<string> {
  const project = join(folder, "tsconfig.json");
  const compilerOptions = { noUnusedLocals: false, incremental: false, tsBuildInfoFile: null, ...options };
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(HERE, "../../tsconfig.json"),
      compilerOptions,
      include: [],
      files,
      exclude: [],
    }),
  );
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [TSC, "-p", project, "--pretty", "false", ...flags],
    { maxBuffer: 1e8 },
  ).catch((error) => error);
  rmSync(project);
  return stdout;
}

describe("a mistake is one error, on the property it is about", () => {
  const source = readFileSync(join(HERE, "mistakes/mistakes.ts"), "utf8").split("\n");
  const expected = source.flatMap((line, i) => {
    const [, text, code] = /\/\/ ✗ (.+) (\d+)$/.exec(line) ?? [];
    return text === undefined
      ? []
      : [{ name: /const (\w+)/.exec(line)![1]!, line: i + 1, text, code: Number(code) }];
  });
  const printed = typeCheck(join(HERE, "mistakes"), ["mistakes.ts"]);
  const errors = printed.then((text) =>
    [
      ...text.matchAll(/^mistakes\.ts\((\d+),(\d+)\): error TS(\d+): (.*)$/gm),
      ...text.matchAll(/mistakes\/mistakes\.ts\((\d+),(\d+)\): error TS(\d+): (.*)$/gm),
    ].map(([, line, column, code, message]) => ({
      line: Number(line),
      column: Number(column),
      code: Number(code),
      message: message!,
    })),
  );

  test.each(expected)("$name", async ({ line, text, code }) => {
    const found = (await errors).filter((error) => error.line === line && error.code !== 2454);

    expect(found, JSON.stringify(found)).toHaveLength(1);
    expect(`TS${found[0]!.code}`, found[0]!.message).toBe(`TS${code}`);
    expect(source[line - 1]!.slice(found[0]!.column - 1)).toSatisfy(
      (rest: string) => rest.startsWith(text),
      `the error is at: ${source[line - 1]!.slice(found[0]!.column - 1, found[0]!.column + 20)}`,
    );
  });

  test("and there is no other error", async () => {
    const lines = new Set(expected.map(({ line }) => line));

    expect((await errors).filter((error) => !lines.has(error.line))).toEqual([]);
    expect(expected.length).toBeGreaterThan(30);
  });
});

test("what authors may write compiles", async () => {
  expect(await typeCheck(HERE, ["good.ts"])).toBe("");
});

test("scores of every shape, which the compiler accepts, are right for TypeScript too", async () => {
  const folder = join(HERE, "../compile/ok");
  const paths = { "maestro-ts": [join(HERE, "../../src/index.ts")] };
  const looser = {
    noUnusedParameters: false,
    noUncheckedIndexedAccess: false,
    exactOptionalPropertyTypes: false,
  };

  expect(await typeCheck(folder, readdirSync(folder), [], { ...looser, paths })).toBe("");
});

test("a score of 500 nodes stays within its budget of type instantiations", async () => {
  const folder = mkdtempSync(join(HERE, "budget-"));
  try {
    const count = async (nodes: number) => {
      writeFileSync(join(folder, "score.ts"), scoreOf(nodes));
      const printed = await typeCheck(folder, ["score.ts"], ["--extendedDiagnostics"]);
      expect(printed).not.toContain("error TS");
      return Number(/Instantiations:\s+(\d+)/.exec(printed)![1]);
    };

    const perNode = ((await count(500)) - (await count(20))) / 480;

    console.log(`type instantiations: ${perNode.toFixed(0)} a node between 20 and 500 nodes`);
    expect(perNode).toBeLessThanOrEqual(MOST_PER_NODE);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

/** A chain in which each node reads the one before it, and every third one is written in place. */
function scoreOf(count: number): string {
  const names = Array.from({ length: count }, (_, i) => `n${i}`);
  const nodes = names.map((name, i) => {
    const before =
      i === 0
        ? "start.profile"
        : i % 3 === 1
          ? `n${i - 1}.output.label`
          : i % 3 === 0
            ? `n${i - 1}.output.kind`
            : `n${i - 1}.output.kind`;
    return i % 3 === 0
      ? `const ${name} = task({ input: { text: ${before} }, output: z.object({ label: z.string() }), run: ({ input }) => ({ label: input.text }) });`
      : `const ${name} = task(findLeads, { input: { profile: ${before}, max: ${i}, tags: ["a"] }, retry: { attempts: 3 } });`;
  });
  return `import { z } from "zod";
import { defineScore, input, task } from "../../../src/index.ts";
import { findLeads } from "../good.ts";

const start = input(z.object({ profile: z.string() }));
${nodes.join("\n")}

export default defineScore({ id: "long", input: start, nodes: { ${names.join(", ")} }, output: { last: ${names.at(-1)}.output } });
`;
}
