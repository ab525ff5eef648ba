import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Do `paths` of the tsconfig at `root` say what `specifier` is? */
export function hasPathFor(specifier: string, root: string): boolean {
  const paths = pathsOf(root);
  return paths.some((pattern) =>
    pattern.endsWith("*") ? specifier.startsWith(pattern.slice(0, -1)) : specifier === pattern,
  );
}

/** The keys of `compilerOptions.paths`. A tsconfig may hold comments, so it is searched and not parsed. */
function pathsOf(root: string): string[] {
  try {
    const text = readFileSync(join(root, "tsconfig.json"), "utf8");
    const inside = /"paths"\s*:\s*\{([^}]*)\}/.exec(text)?.[1] ?? "";
    return [...inside.matchAll(/"([^"]+)"\s*:\s*\[/g)].map((match) => match[1]!);
  } catch {
    return [];
  }
}
