import { readFileSync, statSync } from "node:fs";
import type { Message } from "esbuild";
import type { Place } from "../diagnostics/index.ts";

interface SyntaxProblem {
  readonly detail: string;
  readonly at: Place;
}

const LARGEST_BYTES = 20 * 2 ** 20;

/** The first syntax error in `files`, exactly placed: type stripping knows no columns, so esbuild is asked. */
export async function findSyntaxError(
  root: string,
  files: readonly string[],
): Promise<SyntaxProblem | undefined> {
  const { transform } = await import("esbuild");
  for (const file of new Set(files)) {
    try {
      const path = `${root}/${file}`;
      const about = statSync(path);
      if (!about.isFile() || about.size > LARGEST_BYTES) continue;
      await transform(readFileSync(path, "utf8"), {
        loader: file.endsWith("x") ? "tsx" : "ts",
        format: "esm",
        target: "esnext",
        logLevel: "silent",
      });
    } catch (error) {
      const [first] = (error as { errors?: readonly Message[] }).errors ?? [];
      if (first) return { detail: toDetail(first), at: toPlace(first, file) };
    }
  }
  return undefined;
}

/** esbuild's text, ready to be put into a sentence. */
export function toDetail({ text }: Pick<Message, "text">): string {
  return text.replace(/\.$/, "");
}

/** An esbuild location counts columns in bytes from 0. */
export function toPlace({ location }: Pick<Message, "location">, file: string): Place {
  if (!location) return { file, line: 1, column: 1 };
  const before = Buffer.from(location.lineText).subarray(0, location.column).toString();
  const marked = Buffer.from(location.lineText)
    .subarray(location.column, location.column + location.length)
    .toString();
  const column = before.length + 1;
  return {
    file,
    line: location.line,
    column,
    endLine: location.line,
    endColumn: column + Math.max(1, marked.length),
  };
}
