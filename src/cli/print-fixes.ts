import type { Workspace } from "../compile/find-workspace.ts";
import { toColors } from "../support/colors.ts";
import { toVisible } from "../support/to-visible.ts";
import type { Checked } from "./commands/validate.ts";
import type { Fixable } from "./fix/choose-fixes.ts";
import { toPatch } from "./fix/to-patch.ts";
import { fixWorkspace, plannedEdits } from "./fix-workspace.ts";
import type { Io } from "./io.ts";
import { warnLines, writeLine } from "./write-line.ts";

interface Fixing {
  readonly format: "pretty" | "json" | "github" | "sarif";
  readonly dryRun?: boolean;
  readonly check: () => Promise<Checked>;
}

/** Makes every fix, or shows them with `dryRun`, and tells each: what others read from standard output is left alone. */
export async function fixAndTell(
  io: Io,
  workspace: Workspace,
  { format, dryRun, check }: Fixing,
): Promise<{ readonly checked: Checked; readonly fixed?: readonly Fixable[] }> {
  const onLeft = (file: string, why: string) =>
    warnLines(io, `${toVisible(file)} ${why}: it was left as it is`);
  if (dryRun) {
    const checked = await check();
    for (const [file, planned] of plannedEdits(workspace, checked.diagnostics, onLeft))
      for (const line of toPatch(file, planned)) io.write(`${paintLine(line, io)}\n`);
    return { checked };
  }
  const { checked, fixed } = await fixWorkspace(workspace, { check, onLeft });
  for (const one of fixed) {
    if (format === "pretty") writeLine(io, toLine(one, io));
    else if (format !== "json") warnLines(io, toLine(one, io));
  }
  if (fixed.length > 0 && format === "pretty") io.write("\n");
  return { checked, fixed };
}

/** `fixed scores/x.ts:12:3 MS2102 "scroe" → "score"`. */
function toLine({ code, fix: { title, edits } }: Fixable, { hasColor }: Io): string {
  const { file, line, column } = edits[0]!;
  const c = toColors(hasColor);
  return `${c.green("fixed")} ${toVisible(file)}:${line}:${column} ${code} ${toVisible(title)}`;
}

/** In a terminal a line is shown, elsewhere it is part of a patch and left as it is. */
function paintLine(line: string, { isTerminal, hasColor }: Io): string {
  if (!isTerminal) return line;
  const c = toColors(hasColor);
  const shown = toVisible(line);
  if (line.startsWith("+")) return c.green(shown);
  return line.startsWith("-") ? c.red(shown) : shown;
}
