import { readJsonc } from "./read-jsonc.ts";
import { readProject } from "./types/read-tsconfig.ts";

/** The tsconfig.json at `root` and everything it extends, absolute. */
export function tsconfigsOf(root: string): readonly string[] {
  return readProject(root)?.configs ?? [];
}

/**
 * Tells which specifiers `paths` or `baseUrl` of the tsconfig at `root`, or of those it extends, may be about. Whether
 * there is a file is for who resolves them: esbuild, or tsx.
 */
export function toPathMatcher(root: string): (specifier: string) => boolean {
  const options = tsconfigsOf(root).map(optionsOf);
  if (options.some(({ baseUrl }) => typeof baseUrl === "string")) return () => true;
  const patterns = options.flatMap(({ paths }) => Object.keys(paths ?? {}));
  return (specifier) => patterns.some((pattern) => matches(pattern, specifier));
}

interface PathOptions {
  readonly baseUrl?: unknown;
  readonly paths?: object | null;
}

function optionsOf(file: string): PathOptions {
  const { compilerOptions } = (readJsonc(file) ?? {}) as { readonly compilerOptions?: PathOptions | null };
  return compilerOptions ?? {};
}

/** As TypeScript: `*` stands for anything, once. */
function matches(pattern: string, specifier: string): boolean {
  const [before = "", after] = pattern.split("*", 2);
  if (after === undefined) return specifier === pattern;
  return (
    specifier.length >= before.length + after.length &&
    specifier.startsWith(before) &&
    specifier.endsWith(after)
  );
}
