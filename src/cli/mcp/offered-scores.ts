import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileWorkspace } from "../../compile/index.ts";
import { EVALUATE } from "../../paths.ts";
import type { JsonSchema } from "../../plan/index.ts";
import type { Io } from "../io.ts";
import { workspaceOf } from "../load-workspace.ts";
import { warnLines } from "../write-line.ts";

/** A score as somebody is told of it who may play it. */
export interface OfferedScore {
  readonly id: string;
  readonly title: string | undefined;
  /** Its docblock. */
  readonly description: string;
  readonly input: JsonSchema | undefined;
}

/** The workspace's scores, as they are now; those with errors are left out, and said. */
export async function offeredScores(io: Io): Promise<OfferedScore[]> {
  const workspace = workspaceOf(io);
  const { scores, diagnostics } = await compileWorkspace({ workspace, childEntry: EVALUATE });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return scores.flatMap(({ id, file, reached, plan }) => {
    const error = errors.find(({ at }) => at && reached.includes(at.file));
    if (error) {
      warnLines(io, `score "${id}" is not offered: ${error.at!.file}:${error.at!.line}: ${error.message}`);
      return [];
    }
    const text = readFileSync(join(workspace.root, file), "utf8");
    return [{ id, title: plan.title, description: docblockOf(text), input: plan.input }];
  });
}

/** The text of the comment that stands before the default export, or else at the beginning of the file; up to its first tag. */
function docblockOf(source: string): string {
  const before = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export default\b/.exec(source);
  const first = /^\s*(?:\/\/[^\n]*\n\s*)*\/\*\*((?:(?!\*\/)[\s\S])*)\*\//.exec(source);
  const [, text = ""] = before ?? first ?? [];
  const lines = text.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
  const tag = lines.findIndex((line) => line.startsWith("@"));
  return lines
    .slice(0, tag < 0 ? undefined : tag)
    .join("\n")
    .trim();
}
