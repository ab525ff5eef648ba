import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type CompileOptions, compileWorkspace } from "../../src/compile/compile-workspace.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** The script of the evaluating process, as built: `test/fresh-build.ts` sees to it that it is what the source says. */
export const childEntry = join(REPOSITORY, "dist/evaluate.cjs");

/** A workspace in a temporary folder, in which `maestro-ts` is this repository and `zod` is installed. */
export interface TestWorkspace {
  readonly root: string;
  write(file: string, text: string | Uint8Array): void;
  path(file: string): string;
  [Symbol.dispose](): void;
}

/** @param from a folder whose files it begins with, or the files themselves by path */
export function makeWorkspace(
  from: string | Readonly<Record<string, string | Uint8Array>> = {},
): TestWorkspace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "maestro-compile-")));
  const workspace: TestWorkspace = {
    root,
    path: (file) => join(root, file),
    write(file, text) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
  // Node strips no types below node_modules, so the package there is a line of JavaScript that leads out of it.
  const entry = pathToFileURL(join(REPOSITORY, "dist/index.js")).href;
  workspace.write(
    "node_modules/maestro-ts/package.json",
    JSON.stringify({ name: "maestro-ts", version: "0.0.1", type: "module", exports: "./index.js" }),
  );
  workspace.write("node_modules/maestro-ts/index.js", `export * from ${JSON.stringify(entry)};\n`);
  symlinkSync(join(REPOSITORY, "node_modules/zod"), join(root, "node_modules/zod"));
  workspace.write("package.json", JSON.stringify({ name: "fixture", type: "module" }));
  if (typeof from === "string")
    cpSync(from, root, { recursive: true, filter: (path) => !/expected\.(txt|json)$/.test(path) });
  else for (const [file, text] of Object.entries(from)) workspace.write(file, text);
  if (!existsSync(join(root, "maestro.config.ts"))) {
    workspace.write(
      "maestro.config.ts",
      `import { defineConfig } from "maestro-ts";

export default defineConfig({ providers: { anthropic: {}, local: {} }, http: { allowHosts: ["example.com", "*.example.com"] } });
`,
    );
  }
  return workspace;
}

/** Compiles a test workspace. */
export function compile(
  workspace: TestWorkspace,
  only?: readonly string[],
  options: Pick<CompileOptions, "environment" | "isStrict" | "timeoutMs" | "memoryMb"> = {},
) {
  return compileWorkspace({ workspace: { root: workspace.root }, childEntry, only, ...options });
}

/** A score that is right, as source. */
export function scoreSource(id: string, body = ""): string {
  return `import { defineScore, task } from "maestro-ts";
import { z } from "zod";
${body}
const first = task({ input: { n: 1 }, output: z.object({ n: z.number() }), run: ({ input }) => ({ n: input.n }) });

export default defineScore({ id: "${id}", nodes: { first }, output: { n: first.output.n } });
`;
}
