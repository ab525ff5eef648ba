import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { templateFiles } from "../../../src/cli/template/workspace.ts";
import { makeWorkspace, type TestWorkspace } from "../workspace.ts";

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));

/** A test workspace whose `maestro-ts` has types, those of this repository's source, and with the tsconfig.json that `init` writes. */
export function makeTypedWorkspace(from?: string | Readonly<Record<string, string>>): TestWorkspace {
  const workspace = makeWorkspace(from);
  const entry = JSON.stringify(join(REPOSITORY, "src/index.ts"));
  workspace.write("node_modules/maestro-ts/index.d.ts", `export * from ${entry};\n`);
  workspace.write("tsconfig.json", templateFiles({ name: "x", version: "1.0.0" }).find(isTsconfig)!.text);
  return workspace;
}

function isTsconfig({ path }: { readonly path: string }): boolean {
  return path === "tsconfig.json";
}
