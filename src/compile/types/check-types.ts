import { type Dirent, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { type Diagnostic, diagnose } from "../../diagnostics/index.ts";
import type { Workspace } from "../find-workspace.ts";
import { findCompiler } from "./find-compiler.ts";
import { isSyntax } from "./merge-findings.ts";
import { type Project, readProject } from "./read-tsconfig.ts";
import { type Compiled, runCompiler } from "./run-compiler.ts";
import { type TypeFinding, toOwnFile, toTypeFindings } from "./to-findings.ts";

/** What checking the types of a workspace gave. */
export interface TypesChecked {
  readonly findings: readonly TypeFinding[];
  /** Every file of the workspace whose types were looked at, from its root. Empty when they were not checked. */
  readonly files: readonly string[];
  /** TypeScript found syntax errors and looked for no other: what it says about types is not to be known. */
  readonly isCutShort: boolean;
  /** What it rests on, for a cache; `undefined` when the answer must not be kept. */
  readonly basis: { readonly inputs: readonly string[]; readonly folders: readonly string[] } | undefined;
}

export interface CheckTypesOptions {
  readonly workspace: Workspace;
  /** The environment that the compiler is given. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the compiler early. */
  readonly signal?: AbortSignal | undefined;
}

/** Where packages are written down. What is not there is remembered as missing. */
const LOCKS = [
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "bun.lock",
  "node_modules/.package-lock.json",
  "node_modules/.modules.yaml",
  "node_modules/.yarn-state.yml",
];
/** Listing more would cost more than checking anew. */
const MOST_FOLDERS = 2_000;

/**
 * Checks the types of `workspace` with its own TypeScript, as its tsconfig.json says. `undefined` when it has none.
 * A compiler that is missing or breaks down is a finding: what was not checked must not look as if it had been.
 */
export async function checkTypes({
  workspace,
  env,
  signal,
}: CheckTypesOptions): Promise<TypesChecked | undefined> {
  const { root } = workspace;
  const project = readProject(root);
  if (!project) return undefined;
  const compiler = findCompiler(root);
  if (!compiler) return notChecked(NO_COMPILER);
  const compiled = await runCompiler(compiler, { root, env, signal });
  if (compiled.failure !== undefined)
    return notChecked({
      text: `TypeScript could not check this workspace: ${compiled.failure}`,
      hint: RUN_TSC,
    });
  return {
    findings: toTypeFindings(root, compiled.problems),
    isCutShort: compiled.problems.length > 0 && compiled.problems.every(({ code }) => isSyntax(code)),
    files: compiled.files.flatMap((file) => toOwnFile(root, file) ?? []),
    basis: toBasis(root, project, { compiled, packageFile: compiler.packageFile }),
  };
}

const NO_COMPILER = {
  text: "There is no TypeScript 7 to check types with.",
  hint: "npm install --save-dev typescript@^7, or leave types out: maestro validate --no-types",
};
const RUN_TSC = "look at: npx tsc --noEmit; maestro validate --no-types leaves types out";

function notChecked(facts: { readonly text: string; readonly hint: string }): TypesChecked {
  const at = { file: "tsconfig.json", line: 1, column: 1 };
  const diagnostic: Diagnostic = diagnose("MS1001", facts, { at });
  return {
    findings: [{ tsCode: 0, diagnostic: { ...diagnostic, at }, about: at, original: [] }],
    files: [],
    isCutShort: true,
    basis: undefined,
  };
}

/** Every file that tsc read outside packages, the configuration, what decides on packages, and where new files could appear. */
function toBasis(
  root: string,
  { configs, named, folders }: Project,
  { compiled, packageFile }: { readonly compiled: Compiled; readonly packageFile: string },
): TypesChecked["basis"] {
  const above = foldersAbove(root);
  const listed = foldersBelow(folders);
  if (!listed) return undefined;
  const toFolder = (folder: string) => relative(root, folder).split(sep).join("/") || ".";
  return {
    inputs: [
      ...compiled.files.filter((file) => !file.includes("/node_modules/")),
      ...configs,
      ...named.filter((path) => !statSync(path, { throwIfNoEntry: false })?.isDirectory()),
      packageFile,
      ...above.flatMap((folder) => LOCKS.map((lock) => join(folder, lock))),
    ],
    folders: [
      ...[...listed].map(toFolder),
      ...above.map((folder) => toFolder(join(folder, "node_modules/@types"))),
    ],
  };
}

/** `folder` and every folder around it. */
function foldersAbove(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent)];
}

/** `folders` and all below them but packages and hidden ones; `undefined` when they are too many. */
function foldersBelow(folders: readonly string[]): ReadonlySet<string> | undefined {
  const found = new Set(folders);
  for (const folder of found) {
    for (const entry of entriesOf(folder)) {
      if (!entry.isDirectory() || entry.name.startsWith(".") || entry.name === "node_modules") continue;
      found.add(join(folder, entry.name));
    }
    if (found.size > MOST_FOLDERS) return undefined;
  }
  return found;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
