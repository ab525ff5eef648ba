import { readFile } from "node:fs/promises";
import { basename, isAbsolute, join, relative, sep } from "node:path";
import type { BuildFailure, BuildOptions, Message, Metafile, OutputFile, Plugin } from "esbuild";
import { type Diagnostic, diagnose, type Place } from "../diagnostics/index.ts";
import type { Workspace } from "./find-workspace.ts";
import { guessExport, guessFile } from "./guess-import.ts";
import { packageFilesOf, packageOf, versionsOf } from "./package-version.ts";
import { toDetail, toPlace } from "./syntax-error.ts";
import { hasPathFor } from "./tsconfig-paths.ts";

/** The code of one score, ready to be kept with its plan. */
export interface Bundle {
  /** One module that runs. */
  readonly code: string;
  /** From positions in `code` to the sources, for showing where a task failed. */
  readonly sourceMap: string;
  /**
   * What the code does, for the deployment's hash: without comments, formatting, paths and names of locals, and with
   * the versions of the packages it uses.
   */
  readonly hashSource: string;
  /** The files of the workspace it is made of, from the root, and the `package.json` of each package it uses; sorted. */
  readonly inputs: readonly string[];
  /** The packages and Node modules it imports, by name; sorted. */
  readonly external: readonly string[];
}

/** An author's mistake that only building shows. */
export interface BundleProblem {
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Packages that go into the bundle. Schemas are made when a score is loaded, and zod bundled and minified loads in a
 * third of the time; other packages stay outside, because one may carry native code or files of its own.
 */
const BUNDLED = new Set(["zod"]);

/** Leaves packages outside. What `paths` of the tsconfig name are files of the workspace, whatever they look like. */
const packagesOutside = (root: string): Plugin => ({
  name: "packages-outside",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      const isInside = kind === "entry-point" || BUNDLED.has(packageOf(path)) || hasPathFor(path, root);
      return isInside ? undefined : { path, external: true };
    });
  },
});

const ZOD_IMPORT = /\bimport\s*\{\s*z\s*\}\s*from\s*(["'])zod\1/g;

/**
 * `import { z } from "zod"` brings all of zod, every language of its messages included; `import * as z` the same names,
 * of which the bundle keeps those that are used: a fifth of the size, half of the time to load.
 */
const leanZod: Plugin = {
  name: "lean-zod",
  setup({ onLoad }) {
    onLoad({ filter: /\.[mc]?tsx?$/ }, async ({ path }) => {
      if (path.includes(`${sep}node_modules${sep}`)) return undefined;
      const source = await readFile(path, "utf8");
      const contents = source.replace(ZOD_IMPORT, 'import * as z from "zod"');
      return contents === source ? undefined : { contents, loader: path.endsWith("x") ? "tsx" : "ts" };
    });
  },
};

interface BundleOptions {
  readonly workspace: Workspace;
  /** Path of the score from the root. */
  readonly file: string;
  /** Absolute folder that `code` will be written to: its source map's paths start there. */
  readonly outDir: string;
}

/**
 * Bundles a score with everything it imports from the workspace. Writes nothing.
 * @throws Error when esbuild itself fails; an author's mistake is returned
 */
export async function bundleScore({
  workspace: { root },
  file,
  outDir,
}: BundleOptions): Promise<Bundle | BundleProblem> {
  const { build, transform } = await import("esbuild");
  const shared = {
    entryPoints: [join(root, file)],
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    treeShaking: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "silent",
    plugins: [packagesOutside(root), leanZod],
    write: false,
    metafile: true,
  } as const satisfies BuildOptions;
  try {
    const outfile = join(outDir, `${basename(file).replace(/\.[mc]?ts$/, "")}.mjs`);
    const [readable, minified] = await Promise.all([
      // Names stay as they are, for stack traces.
      build({
        ...shared,
        outfile,
        minifyWhitespace: true,
        minifySyntax: true,
        sourcemap: "external",
        sourcesContent: false,
      }),
      build({ ...shared, outfile, minify: true }),
    ]);
    // Short names are dealt out by how often letters occur, which the first pass counts with what it then removes.
    const settled = await transform(minified.outputFiles[0]!.text, {
      minify: true,
      format: "esm",
      target: "node22",
      legalComments: "none",
      charset: "utf8",
    });
    const external = externalsOf(readable.metafile);
    const used = [...external, ...BUNDLED];
    const versions = versionsOf(root, used);
    return {
      code: outputOf(readable.outputFiles, ".mjs"),
      sourceMap: outputOf(readable.outputFiles, ".map"),
      hashSource: `${settled.code}\n${versions.join("\n")}`,
      inputs: [...sourcesOf(readable.metafile, root), ...packageFilesOf(root, used)].sort(),
      external,
    };
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (!errors) throw error;
    return { diagnostics: errors.map((message) => toDiagnostic(message, root, file)) };
  }
}

/** Is it a bundle, or what is wrong with its source? */
export function isBundle(result: Bundle | BundleProblem): result is Bundle {
  return "code" in result;
}

function outputOf(files: readonly OutputFile[], ending: string): string {
  return files.find(({ path }) => path.endsWith(ending))!.text;
}

function sourcesOf({ inputs }: Metafile, root: string): string[] {
  return Object.keys(inputs)
    .filter((input) => !input.includes("node_modules/"))
    .map((input) => toFile(root, input));
}

function externalsOf({ outputs }: Metafile): string[] {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  return [...new Set(imports.filter(({ external }) => external).map(({ path }) => path))].sort();
}

function toFile(root: string, path: string): string {
  const own = isAbsolute(path) ? relative(root, path) : path;
  return own.split(sep).join("/");
}

function toDiagnostic(message: Message, root: string, entry: string): Diagnostic {
  const file = message.location ? toFile(root, message.location.file) : entry;
  const at: Place = toPlace(message, file);
  const unresolved = /^Could not resolve "(.+)"$/.exec(message.text)?.[1];
  if (unresolved !== undefined) {
    return diagnose(
      "MS1013",
      { specifier: unresolved, name: undefined, ...guessFile(root, file, unresolved) },
      { at },
    );
  }
  const [, specifier, name] = /^No matching export in "(.+)" for import "(.+)"$/.exec(message.text) ?? [];
  if (specifier !== undefined && name !== undefined) {
    return diagnose(
      "MS1013",
      { specifier, name, what: "module", guess: guessExport(root, "", `./${specifier}`, name) },
      { at },
    );
  }
  return diagnose("MS1003", { detail: toDetail(message) }, { at });
}
