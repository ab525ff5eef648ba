import type { Diagnostic } from "../../diagnostics/index.ts";
import type { Compilation } from "../compilation.ts";
import { compileWorkspace } from "../compile-workspace.ts";
import { listFiles } from "../list-files.ts";

/** One state of the workspace, compiled. */
export interface Side {
  /** `main`, `the working tree`. */
  readonly label: string;
  readonly root: string;
  readonly childEntry: string;
  readonly compilation: Compilation;
  readonly errors: readonly Diagnostic[];
  /** Files that should define something, and do not load. */
  readonly broken: ReadonlySet<string>;
}

/** Compiles the workspace at `root` in a process of its own. Its errors are kept, and told; they stop nothing. */
export async function compileSide(root: string, label: string, childEntry: string): Promise<Side> {
  const workspace = { root };
  const compilation = await compileWorkspace({ workspace, childEntry });
  const { scores, agents, orchestras } = compilation;
  const loaded = new Set([...scores, ...agents, ...orchestras].map(({ file }) => file));
  const listed = listFiles(workspace).files.filter(({ kind }) => kind !== "config");
  return {
    label,
    root,
    childEntry,
    compilation,
    errors: compilation.diagnostics.filter(({ severity }) => severity === "error"),
    broken: new Set(listed.map(({ file }) => file).filter((file) => !loaded.has(file))),
  };
}
