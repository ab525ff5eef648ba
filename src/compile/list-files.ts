import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, diagnose } from "../diagnostics/index.ts";
import type { DefinitionFile } from "./child/protocol.ts";
import { configOf, type Workspace } from "./find-workspace.ts";

const FOLDERS = { agents: "agent", orchestras: "orchestra", scores: "score" } as const;
const ENDING = /\.[mc]?ts$/;
const NO_DEFINITION = /\.(d|test|spec)\.[mc]?ts$/;

/** What a workspace consists of, and what only looks as if it belonged to it. */
export interface Listing {
  /** The configuration first, then by folder and name. */
  readonly files: readonly DefinitionFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The definitions of `workspace`: the TypeScript files directly in `scores/`, `agents/` and `orchestras/`, and its
 * configuration. Deeper folders hold shared code. Nothing is opened, so a FIFO cannot make it hang.
 */
export function listFiles({ root }: Workspace): Listing {
  const files: DefinitionFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const config = configOf(root);
  if (config) files.push({ file: config, kind: "config" });
  for (const [folder, kind] of Object.entries(FOLDERS)) {
    for (const entry of entriesOf(join(root, folder))) {
      if (!ENDING.test(entry.name) || NO_DEFINITION.test(entry.name)) continue;
      const file = `${folder}/${entry.name}`;
      const wrong = whatInstead(join(root, file), entry);
      if (wrong === undefined) files.push({ file, kind });
      else diagnostics.push(diagnose("MS1014", { found: wrong }, { at: { file, line: 1, column: 1 } }));
    }
  }
  return { files, diagnostics };
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** What stands there when it is no file that can be read to its end. */
function whatInstead(path: string, entry: Dirent): string | undefined {
  if (entry.isFile()) return undefined;
  if (!entry.isSymbolicLink()) return typeName(entry);
  try {
    const target = statSync(path);
    return target.isFile() ? undefined : `a symbolic link to ${typeName(target)}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ELOOP"
      ? "a symbolic link to itself"
      : "a symbolic link to nothing";
  }
}

function typeName(entry: Pick<Dirent, "isDirectory" | "isFIFO" | "isSocket">): string {
  if (entry.isDirectory()) return "a folder";
  if (entry.isFIFO()) return "a named pipe";
  return entry.isSocket() ? "a socket" : "a device";
}
