import { resolve } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";
import { Cassette } from "./cassette.ts";
import { readCassette } from "./cassette-file.ts";
import { Rehearsal } from "./rehearsal.ts";
import type { Understudy } from "./understudy.ts";

/** Where the answers of a run come from when nobody outside is asked. Plain JSON: it is kept with the run. */
export type RunSource =
  | { readonly is: "rehearsal"; readonly seed: number }
  /** `file`: from the workspace's folder, or absolute. */
  | { readonly is: "cassette"; readonly file: string }
  /** A program's own: it lasts as long as that program. */
  | { readonly is: "script" };

/**
 * The understudy of a run.
 * @param at `root`: the workspace's folder; `script`: that of the program
 * @throws MaestroError MR3087 when it is not there
 */
export async function openUnderstudy(
  source: RunSource,
  { root, script }: { readonly root: string; readonly script?: Understudy | undefined },
): Promise<Understudy> {
  // Whoever began the run has it at hand.
  if (script?.is === source.is) return script;
  switch (source.is) {
    case "rehearsal":
      return new Rehearsal(source.seed);
    case "cassette":
      return new Cassette(source.file, readCassette(resolve(root, source.file)));
    case "script":
      throw new MaestroError("MR3087", { file: "its script", detail: "the program that had it is gone" });
    default:
      return source satisfies never;
  }
}
