import { writeCached } from "../compile/cache.ts";
import { compileWorkspace, type Workspace } from "../compile/index.ts";
import { EVALUATE } from "../paths.ts";
import { version } from "../support/version.ts";
import type { Checked } from "./commands/validate.ts";
import { SURROUNDINGS } from "./compile-score.ts";

/** Compiles the workspace, or some of its files, and remembers what was found when it was all of it. */
export async function checkWorkspace(
  workspace: Workspace,
  only: readonly string[] | undefined,
): Promise<Checked> {
  const { diagnostics, files, scores } = await compileWorkspace({ workspace, childEntry: EVALUATE, only });
  const entry: Checked = { diagnostics, files: files.length, scores: scores.length };
  if (only) return entry;
  const folders = ["scores", "agents", "orchestras"];
  writeCached(workspace, "validate", entry, { inputs: [...files, ...SURROUNDINGS], folders, version });
  return entry;
}
