import { realpath, stat } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";

/**
 * The folder a program runs in, with symlinks followed. One that the author wrote out is taken as it is, because code of
 * the workspace may do as much anyway; one that was computed may come from anybody, and has to lie inside the workspace.
 * @param cwd from the workspace's folder, which is the default
 * @throws MaestroError MR3033
 */
export async function workingFolder(
  cwd: unknown,
  { root, isWritten }: { readonly root: string; readonly isWritten: boolean },
): Promise<string> {
  if (cwd === undefined || cwd === null) return root;
  if (typeof cwd !== "string" || cwd.includes("\0")) throw invalid("its cwd is not a path");
  const folder = await realFolder(resolve(root, cwd), cwd);
  if (!isWritten && !isInside(folder, await realpath(root)))
    throw invalid(`its cwd was computed, and ${JSON.stringify(cwd)} lies outside the workspace`);
  return folder;
}

async function realFolder(path: string, cwd: string): Promise<string> {
  try {
    const folder = await realpath(path);
    if ((await stat(folder)).isDirectory()) return folder;
  } catch {
    throw invalid(`its cwd ${JSON.stringify(cwd)} is not there`);
  }
  throw invalid(`its cwd ${JSON.stringify(cwd)} is not a folder`);
}

function isInside(folder: string, root: string): boolean {
  const path = relative(root, folder);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function invalid(detail: string): MaestroError {
  return new MaestroError("MR3033", { detail });
}
