import { join } from "node:path";

/**
 * Which of `files` import `target`, directly or not, as esbuild reads them without running anything.
 * None when one of them cannot be read: then it is not known.
 */
export async function findImporters(
  root: string,
  files: readonly string[],
  target: string,
): Promise<ReadonlySet<string>> {
  const { build } = await import("esbuild");
  const built = await build({
    entryPoints: files.map((file) => join(root, file)),
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    metafile: true,
    write: false,
    outdir: "out",
    logLevel: "silent",
  }).catch(() => undefined);
  if (!built) return new Set();
  const importers = new Map<string, string[]>();
  for (const [file, { imports }] of Object.entries(built.metafile.inputs)) {
    for (const { path } of imports) {
      const own = importers.get(path);
      if (own) own.push(file);
      else importers.set(path, [file]);
    }
  }
  const found = new Set([target]);
  for (const file of found) for (const importer of importers.get(file) ?? []) found.add(importer);
  return new Set(files.filter((file) => found.has(file)));
}
