import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readEnvironment } from "../../src/cli/read-environment.ts";
import { catalogue } from "../../src/diagnostics/catalogue.ts";
import { isDeployCode } from "../../src/diagnostics/deploy-codes.ts";
import { toPretty } from "../../src/diagnostics/print/pretty.ts";
import { compile, makeWorkspace } from "./workspace.ts";

const BAD = fileURLToPath(new URL("./bad", import.meta.url));
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const UPDATE = process.env.UPDATE_GOLDEN === "1";
// MS1001 is what native tsc says: test/compile/types looks at it.
const folders = readdirSync(BAD)
  .filter((folder) => !folder.startsWith("MS1001"))
  .sort();

describe.concurrent("a workspace with a mistake gives what stands in its expected.txt", () => {
  test.each(folders)("%s", async (folder) => {
    using workspace = makeWorkspace(join(BAD, folder));

    const environment = existsSync(workspace.path(".env.prod"))
      ? readEnvironment(workspace.root, "prod", {})
      : undefined;

    const isStrict = folder.startsWith("MS1009");
    const { diagnostics } = await compile(workspace, undefined, { environment, isStrict });

    const source = (file: string) => {
      try {
        return readFileSync(workspace.path(file), "utf8");
      } catch {
        return undefined;
      }
    };
    const stable = (printed: string) => printed.replaceAll(version, "0.0.0-source");
    const text = stable(
      `${diagnostics.map((one) => toPretty(one, { source, color: false })).join("\n\n")}\n`,
    );
    const json = stable(`${JSON.stringify(diagnostics, undefined, 2)}\n`);
    expectFile(join(BAD, folder, "expected.txt"), text);
    expectFile(join(BAD, folder, "expected.json"), json);
    expect(diagnostics.map(({ code }) => code)).toContain(folder.slice(0, 6));
    expect(text).not.toMatch(/^\s+at /m);
    expect(text).not.toContain(workspace.root);
  });
});

function expectFile(path: string, text: string): void {
  if (UPDATE) writeFileSync(path, text);
  expect(text).toBe(existsSync(path) ? readFileSync(path, "utf8") : "");
}

test("every code of an author's mistake has a golden folder", () => {
  const shown = new Set(readdirSync(BAD).map((folder) => folder.slice(0, 6)));

  // What only a deploy finds has its folders in test/deploy/bad.
  const missing = Object.keys(catalogue).filter(
    (code) => code.startsWith("MS") && !isDeployCode(code) && !shown.has(code),
  );

  expect(missing).toEqual([]);
});
