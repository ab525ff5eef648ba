import { readdirSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { nearest } from "../support/nearest.ts";

/** What an import of a file that is not there was probably meant to be. */
export function guessFile(
  root: string,
  from: string,
  specifier: string,
): { what: "agent" | "score" | "module"; guess: string | undefined } {
  if (!specifier.startsWith(".")) return { what: "module", guess: undefined };
  const target = posix.join(posix.dirname(from), specifier);
  const what = target.startsWith("agents/")
    ? "agent"
    : target.startsWith("scores/") && !target.slice(7).includes("/")
      ? "score"
      : "module";
  const guess = nearest(posix.basename(target), filesIn(`${root}/${dirname(target)}`));
  const meant = guess && specifier.replace(/[^/]*$/, guess);
  return { what, guess: meant === specifier ? undefined : meant };
}

/** The export of `specifier` whose name is nearest to `name`. Read by pattern: a guess need not be right. */
export function guessExport(root: string, from: string, specifier: string, name: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  try {
    const text = readFileSync(`${root}/${posix.join(posix.dirname(from), specifier)}`, "utf8");
    const names = text.matchAll(
      /^export\s+(?:async\s+)?(?:const|let|var|function\*?|class|enum)\s+([\w$]+)/gm,
    );
    return nearest(
      name,
      [...names].map((match) => match[1]!),
    );
  } catch {
    return undefined;
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
