import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Diagnostic } from "../../diagnostics/index.ts";
import type { ProblemItem } from "../../tui/source.ts";
import { toTexts } from "../commands/validate.ts";
import type { Io } from "../io.ts";

interface Place {
  readonly root: string;
  readonly io: Io;
}

/** What the compiler has found as screens show it: in words, without colours, and with links to its files. */
export class Problems {
  readonly #place: Place;
  #worded:
    | { readonly of: readonly Diagnostic[]; readonly items: Promise<readonly ProblemItem[]> }
    | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Worded once for each state of the workspace. */
  of(diagnostics: readonly Diagnostic[]): Promise<readonly ProblemItem[]> {
    if (this.#worded?.of !== diagnostics)
      this.#worded = { of: diagnostics, items: toProblems(diagnostics, this.#place) };
    return this.#worded.items;
  }
}

async function toProblems(
  diagnostics: readonly Diagnostic[],
  { root, io }: Place,
): Promise<readonly ProblemItem[]> {
  const texts = await toTexts(diagnostics, { root, io: { ...io, hasColor: false } });
  return diagnostics.map(({ severity, code, at, message }, i) => ({
    severity,
    code,
    file: at?.file,
    line: at?.line,
    column: at?.column,
    message,
    text: texts[i]!,
    link: at && pathToFileURL(join(root, at.file)).href,
  }));
}
