import { readFileSync } from "node:fs";

/** A mistake and what is said about it, as a golden folder of the compiler has it. */
export interface Example {
  /** What matters of each file, the file with the mistake first. Empty where the mistake is in no file's text. */
  readonly sources: readonly { readonly file: string; readonly text: string }[];
  /** The finding as `maestro validate` prints it, without colours. Several lines. */
  readonly printed: string;
}

/** The examples that the build has taken from the golden folders, by code; none where `file` cannot be read. */
export function readExamples(file: string): Readonly<Record<string, Example>> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, Example>;
  } catch {
    return {};
  }
}
