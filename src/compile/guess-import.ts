import { readdirSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { isNearestAlone, nearest } from "../support/nearest.ts";

/** What a name was probably meant to be. */
interface Guess {
  readonly guess: string | undefined;
  /** Nothing else is as near, so that it may be written in the author's place. */
  readonly isSure: boolean;
}

/** What an import of a file that is not there was probably meant to be. */
export function guessFile(
  root: string,
  from: string,
  specifier: string,
): Guess & { readonly what: "agent" | "score" | "module" } {
  if (!specifier.startsWith(".")) return { what: "module", guess: undefined, isSure: false };
  const target = posix.join(posix.dirname(from), specifier);
  const what = target.startsWith("agents/")
    ? "agent"
    : target.startsWith("scores/") && !target.slice(7).includes("/")
      ? "score"
      : "module";
  const name = posix.basename(target);
  const { guess, isSure } = guessAmong(name, filesIn(`${root}/${dirname(target)}`));
  const isOwn = guess !== undefined && posix.join(posix.dirname(target), guess) === from;
  const meant = guess && specifier.replace(/[^/]*$/, guess);
  return {
    what,
    guess: meant,
    isSure: isSure && !isOwn && posix.extname(guess!) === posix.extname(name),
  };
}

/** The export of `specifier` whose name is nearest to `name`. Read by pattern: a guess need not be right. */
export function guessExport(root: string, from: string, specifier: string, name: string): Guess {
  if (!specifier.startsWith(".")) return { guess: undefined, isSure: false };
  try {
    const text = readFileSync(`${root}/${posix.join(posix.dirname(from), specifier)}`, "utf8");
    const names = text.matchAll(
      /^export\s+(?:async\s+)?(?:const|let|var|function\*?|class|enum)\s+([\w$]+)/gm,
    );
    return guessAmong(
      name,
      [...names].map((match) => match[1]!),
    );
  } catch {
    return { guess: undefined, isSure: false };
  }
}

function guessAmong(name: string, candidates: readonly string[]): Guess {
  // It has come meanwhile: nobody is to be sent where they are.
  if (candidates.includes(name)) return { guess: undefined, isSure: false };
  const guess = nearest(name, candidates);
  return { guess, isSure: guess !== undefined && isNearestAlone(name, guess, candidates) };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
