/** Release notes as a file. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { defineTask } from "maestro-ts";
import { z } from "zod";

/** The first line of a file that may be written over. */
export const MARK = "<!-- Written by the release-notes score; it is written over by the next run. -->";

/**
 * Writes the notes and gives the absolute path. Twice gives the same file.
 * @throws Error when the file is there and was written by somebody else
 */
export async function writeNotes(out: string, markdown: string): Promise<string> {
  const file = path.resolve(out);
  const before = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new Error(`"${file}" cannot be written (${error.code}): give the path of a file as "out".`);
  });
  if (before !== undefined && before !== "" && !before.startsWith(MARK)) {
    throw new Error(
      `"${file}" is there already and was not written by this score: move it away, or give another "out".`,
    );
  }
  await mkdir(path.dirname(file), { recursive: true });
  // A reader never sees half a file.
  const half = `${file}.${process.pid}.tmp`;
  await writeFile(half, `${MARK}\n\n${markdown}`);
  await rename(half, file);
  return file;
}

export const writeNotesTask = defineTask({
  id: "write-notes",
  input: z.object({ out: z.string(), markdown: z.string() }),
  output: z.object({ path: z.string() }),
  run: async ({ input, log }) => {
    const path = await writeNotes(input.out, input.markdown);
    log(`wrote ${path}`);
    return { path };
  },
});
