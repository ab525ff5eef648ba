import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checkWorkspace } from "../../../src/cli/check-workspace.ts";
import { toPretty } from "../../../src/diagnostics/print/pretty.ts";
import { makeTypedWorkspace } from "./workspace.ts";

const BAD = fileURLToPath(new URL("../bad", import.meta.url));
const UPDATE = process.env.UPDATE_GOLDEN === "1";
const folders = readdirSync(BAD).filter((folder) => folder.startsWith("MS1001-"));

describe.concurrent("a workspace that TypeScript finds wrong gives what stands in its expected.txt", () => {
  test.each(folders)("%s", async (folder) => {
    using workspace = makeTypedWorkspace(join(BAD, folder));

    const { diagnostics } = await checkWorkspace(
      { root: workspace.root },
      { hasTypes: true, env: process.env, entry: "findings" },
    );

    const source = (file: string) => readFileSync(workspace.path(file), "utf8");
    const text = `${diagnostics.map((one) => toPretty(one, { source, color: false })).join("\n\n")}\n`;
    expectFile(join(BAD, folder, "expected.txt"), text);
    expectFile(join(BAD, folder, "expected.json"), `${JSON.stringify(diagnostics, undefined, 2)}\n`);
    expect(diagnostics.map(({ code }) => code)).toContain("MS1001");
    expect(text).not.toContain(workspace.root);
  });
});

function expectFile(path: string, text: string): void {
  if (UPDATE) writeFileSync(path, text);
  expect(text).toBe(existsSync(path) ? readFileSync(path, "utf8") : "");
}
