import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, relative, sep } from "node:path";
import type { ImportKind, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import { packageOf } from "./package-version.ts";
import { toPathMatcher } from "./tsconfig-paths.ts";

/**
 * Packages that go into the bundle. Schemas are made when a score is loaded, and zod bundled and minified loads in a
 * third of the time; other packages stay outside, because one may carry native code or files of its own.
 */
export const BUNDLED: ReadonlySet<string> = new Set(["zod"]);

/** Outside always: it is the engine's own, also in a workspace that is called like it, as this repository's is. */
const ENGINE = "maestro-ts";
/** Marks our own question, so that it is not answered by asking again. */
const ASKED = Symbol("asked");

/**
 * Leaves packages outside of the bundle. What looks like one and is a file of the workspace goes in: by `imports` of its
 * package.json, by its own name, by `paths` of its tsconfig. So does a package that the importer finds in another place
 * than the bundle will, which lies below the root.
 */
export const packagesOutside = (root: string): Plugin => ({
  name: "packages-outside",
  setup(build) {
    const mayBePath = toPathMatcher(root);
    const ownName = nameAt(root);
    const ask = toAsk(build);
    build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      const name = packageOf(path);
      if (pluginData === ASKED || kind === "entry-point" || BUNDLED.has(name)) return undefined;
      const outside: OnResolveResult = { path, external: true };
      if (isBuiltin(path) || path.startsWith("node:") || name === ENGINE) return outside;
      const found = await ask(path, { kind, importer, resolveDir });
      // esbuild says what is wrong with the name of a file; a package may be wanted only where it is installed.
      if (!found) return path.startsWith("#") ? undefined : outside;
      if (found.external) return found;
      const isOfWorkspace = !relative(root, found.path!).split(sep).includes("node_modules");
      if (isOfWorkspace && (path.startsWith("#") || name === ownName || mayBePath(path))) return found;
      const fromRoot = await ask(path, { kind, importer, resolveDir: root });
      return fromRoot?.path === found.path ? outside : found;
    });
  },
});

interface Question {
  readonly kind: ImportKind;
  readonly importer: string;
  readonly resolveDir: string;
}

/** esbuild's own answer, asked for once; `undefined` when it finds nothing. */
function toAsk({ resolve }: PluginBuild) {
  const answers = new Map<string, Promise<OnResolveResult | undefined>>();
  const askAnew = async (path: string, question: Question): Promise<OnResolveResult | undefined> => {
    const found = await resolve(path, { ...question, pluginData: ASKED });
    if (found.errors.length > 0) return undefined;
    return {
      path: found.path,
      external: found.external,
      sideEffects: found.sideEffects,
      namespace: found.namespace,
      suffix: found.suffix,
    };
  };
  return (path: string, question: Question): Promise<OnResolveResult | undefined> => {
    const key = JSON.stringify([path, question.kind, question.resolveDir]);
    const answer = answers.get(key) ?? askAnew(path, question);
    answers.set(key, answer);
    return answer;
  };
}

/** The name of the package that the workspace is. */
function nameAt(root: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { name?: unknown };
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}
