import { join } from "node:path";

/** The code of a definition with everything it imports from the workspace; packages are left outside. */
export interface BundledCode {
  /** Equal for equal code: without comments, types, formatting and names of locals. */
  readonly same: string;
  /** The same code with its names, for finding out what differs. */
  readonly readable: string;
}

/** The code of `file`, a path from `root`, or `undefined` when it cannot be bundled: its mistakes have been told. */
export async function bundleCode(root: string, file: string): Promise<BundledCode | undefined> {
  const { build, transform } = await import("esbuild");
  const shared = { target: "node22", legalComments: "none", charset: "utf8", logLevel: "silent" } as const;
  try {
    const { outputFiles } = await build({
      ...shared,
      entryPoints: [join(root, file)],
      absWorkingDir: root,
      bundle: true,
      packages: "external",
      format: "esm",
      platform: "node",
      treeShaking: true,
      minifyWhitespace: true,
      minifySyntax: true,
      write: false,
    });
    const readable = outputFiles[0]!.text;
    const { code } = await transform(readable, { ...shared, format: "esm", minify: true });
    return { same: code, readable };
  } catch {
    return undefined;
  }
}
