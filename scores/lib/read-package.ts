/** What a model may read of an installed package. */
import { open, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { defineTool } from "maestro-ts";
import { z } from "zod";

const MOST_CHARACTERS = 4_000;
const IN_MODULES = /^(?:node_modules\/(?:@[\w.-]+\/)?[\w-][\w.-]*\/?)+$/;

/** Facts of its package.json, and how its licence and its README begin. */
export async function readPackage(folder: string, at: string) {
  const root = path.join(folder, at);
  const text = await readFile(path.join(root, "package.json"), "utf8").catch(() => undefined);
  if (text === undefined) throw new Error(`There is no package at "${at}".`);
  const { name, version, description, license, licenses, homepage, deprecated } = JSON.parse(text);
  const files = await readdir(root);
  const begins = async (pattern: RegExp) => {
    const file = files.find((one) => pattern.test(one));
    return file === undefined ? null : beginningOf(path.join(root, file));
  };
  const [licenceText, readme] = [await begins(/^(licen[cs]e|copying)/i), await begins(/^readme/i)];
  return {
    name,
    version,
    description,
    licence: license ?? licenses ?? null,
    homepage,
    deprecated,
    licenceText,
    readme,
  };
}

async function beginningOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_CHARACTERS), 0, MOST_CHARACTERS, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

export const readPackageTool = defineTool({
  name: "read_package",
  description:
    "What an installed package says of itself: package.json, the beginnings of its licence and its README",
  input: z.object({ folder: z.string(), path: z.string() }),
  constraints: {
    "the folder is this project or lies in it": ({ folder }) =>
      !path.relative(process.cwd(), path.resolve(folder)).startsWith(".."),
    "the path is that of a package in node_modules": ({ path }) => IN_MODULES.test(path),
  },
  timeout: "10s",
  run: ({ input }) => readPackage(input.folder, input.path),
});
