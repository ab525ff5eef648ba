/** What an installed package takes on disk, and the licence its own package.json names. */
import { lstat, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { defineTask } from "maestro-ts";
import { z } from "zod";
import { Entry, toLicence } from "./lockfile.ts";

/** `bytes` and `files` are null when the package was not measured, or is not installed on this machine. */
export const Measured = Entry.extend({ bytes: z.int().nullable(), files: z.int().nullable() });
export type Measured = z.infer<typeof Measured>;

interface Size {
  bytes: number;
  files: number;
}

/**
 * The package with its size: the lengths of its files, without those of packages nested in it, which count for themselves.
 * A licence that the lockfile does not name is taken from package.json.
 */
export async function measurePackage(folder: string, entry: Entry, signal?: AbortSignal): Promise<Measured> {
  const root = path.join(folder, entry.path);
  const size = await sizeOf(root, signal);
  if (!size) return { ...entry, bytes: null, files: null };
  return { ...entry, ...size, licence: entry.licence ?? (await licenceIn(root)) };
}

async function sizeOf(root: string, signal: AbortSignal | undefined): Promise<Size | undefined> {
  const size: Size = { bytes: 0, files: 0 };
  const open = [root];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    signal?.throwIfAborted();
    const entries = await readdir(at, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      // Optional packages of other platforms are in the lockfile, but not on the disk.
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw new Error(`The folder "${at}" cannot be measured (${error.code}).`);
    });
    if (!entries && at === root) return undefined;
    for (const entry of entries ?? []) {
      const full = path.join(at, entry.name);
      if (entry.isDirectory() && entry.name !== "node_modules") open.push(full);
      if (!entry.isFile()) continue;
      size.bytes += (await lstat(full)).size;
      size.files++;
    }
  }
  return size;
}

async function licenceIn(root: string): Promise<string | null> {
  try {
    const { license, licenses } = JSON.parse(
      await readFile(path.join(root, "package.json"), "utf8"),
    ) as Record<string, unknown>;
    return toLicence(license) ?? toLicence(licenses);
  } catch {
    // Without a package.json that can be read it names no licence.
    return null;
  }
}

export const measurePackageTask = defineTask({
  id: "measure-package",
  input: z.object({ folder: z.string(), entry: Entry }),
  output: Measured,
  run: ({ input, signal }) => measurePackage(input.folder, input.entry, signal),
});

export const leaveUnmeasuredTask = defineTask({
  id: "leave-unmeasured",
  input: z.object({ packages: z.array(Entry) }),
  output: z.object({ packages: z.array(Measured) }),
  run: ({ input, log }) => {
    log("there is no node_modules, so sizes are not measured and licences are those of the lockfile");
    return { packages: input.packages.map((entry) => ({ ...entry, bytes: null, files: null })) };
  },
});
