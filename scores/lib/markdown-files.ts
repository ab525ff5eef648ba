/** The Markdown files of a folder. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { defineTask } from "maestro-ts";
import { z } from "zod";

const SKIPPED = new Set(["node_modules", ".git", "dist", ".maestro"]);

export const MarkdownFiles = z.object({
  /** From the folder, with `/`, sorted. */
  files: z.array(z.string()),
  /** Files that `max` left out. */
  left: z.int(),
});

/**
 * The first `max` Markdown files below `folder`, without those of installed and built folders. Symbolic links are not followed.
 * @throws Error when there is no such folder
 */
export async function listMarkdown(
  { folder, max }: { folder: string; max: number },
  signal?: AbortSignal,
): Promise<z.infer<typeof MarkdownFiles>> {
  const found: string[] = [];
  const open = [""];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    signal?.throwIfAborted();
    for (const entry of await entriesOf(folder, at)) {
      const name = at === "" ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) open.push(name);
      if (entry.isFile() && /\.(md|markdown)$/i.test(entry.name)) found.push(name);
    }
  }
  found.sort();
  return { files: found.slice(0, max), left: Math.max(0, found.length - max) };
}

async function entriesOf(folder: string, inside: string) {
  try {
    return await readdir(path.join(folder, inside), { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (inside === "" && (code === "ENOENT" || code === "ENOTDIR")) {
      throw new Error(`There is no folder "${folder}": give a folder with Markdown files as "folder".`);
    }
    // Deleted in the meantime.
    if (code === "ENOENT") return [];
    throw new Error(`The folder "${path.join(folder, inside)}" cannot be read (${code}).`);
  }
}

export const listMarkdownTask = defineTask({
  id: "list-markdown",
  input: z.object({ folder: z.string(), max: z.int() }),
  output: MarkdownFiles,
  run: ({ input, signal }) => listMarkdown(input, signal),
});
