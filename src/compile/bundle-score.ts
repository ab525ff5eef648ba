import { readFile } from "node:fs/promises";
import { basename, isAbsolute, join, relative, sep } from "node:path";
import type { BuildFailure, BuildOptions, Loader, Message, Metafile, OutputFile, Plugin } from "esbuild";
import { type Diagnostic, diagnose, type Place } from "../diagnostics/index.ts";
import type { Workspace } from "./find-workspace.ts";
import { guessExport, guessFile } from "./guess-import.ts";
import { toLeanZod } from "./lean-zod.ts";
import { asksForPlace, PLACE_DEFINES, withOwnPlace } from "./own-place.ts";
import { packageFilesOf, versionsOf } from "./package-version.ts";
import { BUNDLED, packagesOutside } from "./packages-outside.ts";
import { toDetail, toPlace } from "./syntax-error.ts";

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

/** Reads the author's TypeScript as it is to be bundled. */
const leanSources: Plugin = {
  name: "lean-sources",
  setup({ onLoad }) {
    onLoad({ filter: /\.[mc]?tsx?$/ }, async ({ path }) => {
      if (isInPackage(path)) return undefined;
      const source = await readFile(path, "utf8");
      const contents = toLeanZod(source);
      return contents === source ? undefined : { contents, loader: loaderOf(path) };
    });
  },
};

/** Reads every source, packages' too, and tells it where it is. */
const placedSources = (root: string): Plugin => ({
  name: "placed-sources",
  setup({ onLoad }) {
    onLoad({ filter: /\.[mc]?[jt]sx?$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const lean = isInPackage(path) ? source : toLeanZod(source);
      return { contents: withOwnPlace(lean, path, root), loader: loaderOf(path) };
    });
  },
});

function isInPackage(path: string): boolean {
  return path.includes(`${sep}node_modules${sep}`);
}

function loaderOf(path: string): Loader {
  return /\.[mc]?([jt]sx?)$/.exec(path)![1] as Loader;
}

/** Packages that call `require` expect one, which ES modules do not have. */
const REQUIRE =
  'import{createRequire as __maestroRequire}from"node:module";const require=__maestroRequire(import.meta.url);';

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
  try {
    const outfile = join(outDir, `${basename(file).replace(/\.[mc]?ts$/, "")}.mjs`);
    const { readable, minified } = await buildBoth({ root, entry: join(root, file), outfile });
    const external = externalsOf(readable.metafile);
    const used = [...external.filter((specifier) => !specifier.startsWith("#")), ...BUNDLED];
    const versions = versionsOf(root, used);
    const inputs = [...sourcesOf(readable.metafile, root), ...packageFilesOf(root, used)];
    return {
      code: outputOf(readable.outputFiles, ".mjs"),
      sourceMap: outputOf(readable.outputFiles, ".map"),
      hashSource: `${await toSettled(minified.outputFiles[0]!.text)}\n${versions.join("\n")}`,
      inputs: [...new Set(inputs)].sort(),
      external,
    };
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (!errors) throw error;
    return { diagnostics: errors.map((message) => toDiagnostic(message, root, file)) };
  }
}

interface Building {
  readonly root: string;
  readonly entry: string;
  readonly outfile: string;
}

/** With names as they are, for stack traces, and without, for the hash. */
async function buildBoth({ root, entry, outfile }: Building) {
  const { build } = await import("esbuild");
  const shared = {
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    treeShaking: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "silent",
    outfile,
    write: false,
    metafile: true,
  } as const satisfies BuildOptions;
  const both = async (options: Pick<BuildOptions, "plugins" | "define" | "banner">) => {
    const [readable, minified] = await Promise.all([
      build({
        ...shared,
        ...options,
        minifyWhitespace: true,
        minifySyntax: true,
        sourcemap: "external",
        sourcesContent: false,
      }),
      build({ ...shared, ...options, minify: true }),
    ]);
    return { readable, minified };
  };
  const plain = await both({ plugins: [packagesOutside(root), leanSources] });
  const { metafile, outputFiles } = plain.readable;
  const needsPlace = asksForPlace(outputOf(outputFiles, ".mjs"));
  const needsRequire = hasRequire(metafile);
  if (!needsPlace && !needsRequire) return plain;
  // Few do, and to give a place the sources of packages have to be read as well.
  return both({
    plugins: [packagesOutside(root), needsPlace ? placedSources(root) : leanSources],
    ...(needsPlace ? { define: PLACE_DEFINES } : {}),
    ...(needsRequire ? { banner: { js: REQUIRE } } : {}),
  });
}

/** Short names are dealt out by how often letters occur, which the first pass counts with what it then removes. */
async function toSettled(minified: string): Promise<string> {
  const { transform } = await import("esbuild");
  const { code } = await transform(minified, {
    minify: true,
    format: "esm",
    target: "node22",
    legalComments: "none",
    charset: "utf8",
  });
  return code;
}

/** Is it a bundle, or what is wrong with its source? */
export function isBundle(result: Bundle | BundleProblem): result is Bundle {
  return "code" in result;
}

function outputOf(files: readonly OutputFile[], ending: string): string {
  return files.find(({ path }) => path.endsWith(ending))!.text;
}

/** The files it is made of; of a package that is in it, its `package.json`. */
function sourcesOf({ inputs }: Metafile, root: string): string[] {
  return Object.keys(inputs).map((input) => {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];
    return folder === undefined ? toFile(root, input) : join(root, folder, "package.json");
  });
}

function hasRequire({ outputs }: Metafile): boolean {
  return Object.values(outputs).some(({ imports }) =>
    imports.some(({ kind, external }) => external && kind === "require-call"),
  );
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
      { specifier, name, what: "module", guess: guessExport(root, "", `./${specifier}`, name).guess },
      { at },
    );
  }
  return diagnose("MS1003", { detail: toDetail(message) }, { at });
}
