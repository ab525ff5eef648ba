import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { afterAll } from "vitest";

/** Beside the packages that the bundle imports. */
const FOLDER = join(import.meta.dirname, "../node_modules/.maestro-players-");

/** A module is told that it lies where its source does. */
const atSource: Plugin = {
  name: "at-source",
  setup({ onLoad }) {
    onLoad({ filter: /\/(src|test)\/.*\.ts$/ }, ({ path }) => ({
      loader: "ts",
      contents: readFileSync(path, "utf8")
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path))),
    }));
  },
};

/**
 * A program of the tests as one file, for those that start it again and again: Node strips the types of 250 files
 * otherwise, in every process. It is gone when the tests of the file are over.
 */
export async function bundlePlayer(path: string): Promise<string> {
  const folder = mkdtempSync(FOLDER);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, `${basename(path, ".ts")}.mjs`);
  await build({
    entryPoints: [path],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    plugins: [atSource],
    logLevel: "warning",
  });
  return outfile;
}
