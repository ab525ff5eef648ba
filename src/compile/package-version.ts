import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";

/** `zod@4.6.7` for each package that `imports` name, as installed for the workspace at `root`; sorted. */
export function versionsOf(root: string, imports: readonly string[]): string[] {
  const names = new Set(imports.filter((specifier) => !isBuiltin(specifier)).map(packageOf));
  return [...names].sort().map((name) => `${name}@${versionOf(root, name) ?? "missing"}`);
}

/** The package that an import is from: `@a/b` of `@a/b/c`. */
export function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** The `package.json` of each package that `imports` name, as installed for the workspace at `root`. */
export function packageFilesOf(root: string, imports: readonly string[]): string[] {
  const names = new Set(imports.filter((specifier) => !isBuiltin(specifier)).map(packageOf));
  return [...names]
    .flatMap((name) => folderOf(root, name) ?? [])
    .map((folder) => join(folder, "package.json"));
}

/** Is a package of this name there for the workspace at `root`? */
export function isInstalled(root: string, name: string): boolean {
  return folderOf(root, name) !== undefined;
}

function versionOf(root: string, name: string): string | undefined {
  const folder = folderOf(root, name);
  return folder === undefined ? undefined : readPackage(folder)?.version;
}

function folderOf(root: string, name: string): string | undefined {
  // A workspace may import itself by name, as this repository's does.
  if (readPackage(root)?.name === name) return root;
  for (let folder = root; ; ) {
    const installed = join(folder, "node_modules", name);
    if (readPackage(installed)?.version !== undefined) return installed;
    const parent = join(folder, "..");
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function readPackage(folder: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      name?: string;
      version?: string;
    };
  } catch {
    return undefined;
  }
}
