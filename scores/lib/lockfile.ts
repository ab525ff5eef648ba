/** What package-lock.json says is installed. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { defineTask } from "maestro-ts";
import { z } from "zod";

/** One installed copy of a package. */
export const Entry = z.object({
  /** From the folder of the lockfile: `node_modules/a/node_modules/b`. */
  path: z.string(),
  name: z.string(),
  version: z.string(),
  licence: z.string().nullable(),
  dev: z.boolean(),
});
export type Entry = z.infer<typeof Entry>;

export const Lock = z.object({
  name: z.string(),
  lockfileVersion: z.int(),
  /** Sorted by path. */
  packages: z.array(Entry),
  /** Is there a node_modules to measure? */
  installed: z.enum(["yes", "no"]),
});
export type Lock = z.infer<typeof Lock>;

/** As much of a lockfile of version 2 or 3 as is read here. `link` marks a workspace, whose code is the project's own. */
const LockFile = z.object({
  name: z.string().optional(),
  lockfileVersion: z.int(),
  packages: z
    .record(
      z.string(),
      z.object({
        name: z.string().optional(),
        version: z.string().optional(),
        license: z.unknown().optional(),
        dev: z.boolean().optional(),
        devOptional: z.boolean().optional(),
        link: z.boolean().optional(),
      }),
    )
    .default({}),
});

/** @throws Error in one sentence when `text` is no lockfile of version 2 or 3 */
export function parseLockfile(text: string): Omit<Lock, "installed"> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `package-lock.json is not JSON (${(error as Error).message}): resolve its conflicts or write it anew with \`npm install\`.`,
    );
  }
  const read = LockFile.safeParse(raw);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Error(
      `package-lock.json is not a lockfile of npm: ${issue?.path.join(".") || "it"}: ${issue?.message}.`,
    );
  }
  const { name = "this folder", lockfileVersion, packages } = read.data;
  if (lockfileVersion < 2) {
    throw new Error(
      `package-lock.json is of version ${lockfileVersion}, which does not list folders: run \`npm install\` with npm 7 or later to bring it up to date.`,
    );
  }
  const entries = Object.entries(packages).flatMap(([at, found]): Entry[] => {
    const inModules = at.lastIndexOf("node_modules/");
    if (inModules < 0 || found.link) return [];
    const { version = "0.0.0", license, dev = false, devOptional = false } = found;
    // An alias is installed under another name than its own.
    const own = found.name ?? at.slice(inModules + "node_modules/".length);
    return [{ path: at, name: own, version, licence: toLicence(license), dev: dev || devOptional }];
  });
  return { name, lockfileVersion, packages: entries.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** The licence as SPDX text, from a `license` or `licenses` field of any age, or null when it names none. */
export function toLicence(field: unknown): string | null {
  if (typeof field === "string") return field.trim() || null;
  if (Array.isArray(field)) {
    const names = field.map(toLicence).filter((name) => name !== null);
    return names.length > 1 ? `(${names.join(" OR ")})` : (names[0] ?? null);
  }
  if (typeof field === "object" && field !== null && "type" in field) return toLicence(field.type);
  return null;
}

/** @throws Error in one sentence when the folder has no lockfile that can be read */
export async function readLockfile(folder: string): Promise<Lock> {
  const text = await readFile(path.join(folder, "package-lock.json"), "utf8").catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
      throw new Error(
        `There is no package-lock.json in "${folder}": run \`npm install\` there, or give another "folder".`,
      );
    },
  );
  const modules = await stat(path.join(folder, "node_modules")).catch(() => undefined);
  return { ...parseLockfile(text), installed: modules?.isDirectory() ? "yes" : "no" };
}

export const readLockfileTask = defineTask({
  id: "read-lockfile",
  input: z.object({ folder: z.string() }),
  output: Lock,
  run: ({ input }) => readLockfile(input.folder),
});
