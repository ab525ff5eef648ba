import type { Refs, WorkspaceDiff } from "../../compile/diff/index.ts";
import { MaestroError } from "../../diagnostics/index.ts";
import { EVALUATE } from "../../paths.ts";
import { toColors } from "../../support/colors.ts";
import { nearest } from "../../support/nearest.ts";
import { toVisible } from "../../support/to-visible.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { workspaceOf } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";
import { warnLines } from "../write-line.ts";

interface Options {
  readonly format?: "text" | "markdown" | "json";
  readonly json?: boolean;
  /** Exit 1 when there are differences. */
  readonly exitCode?: boolean;
}

/** `maestro diff [refs] [score...]`: what two states of the workspace do differently. Exit 1 when the newer one does not compile. */
export async function run(
  io: Io,
  [words = "HEAD", ...scores]: string[],
  { format = "text", json = false, exitCode = false }: Options,
): Promise<ExitCode> {
  const { root } = workspaceOf(io);
  const { compareRefs, GitRefusal } = await import("../../compile/diff/index.ts");
  let remove = () => {};
  const forget = io.onInterrupt(() => {
    remove();
    io.leave(EXIT.interrupted);
  });
  try {
    const { diff, unknown, known } = await compareRefs(toRefs(words), {
      workspace: { folder: root, env: io.env },
      childEntry: EVALUATE,
      scores,
      onFolder: (removeAll) => {
        remove = removeAll;
      },
    });
    const [score] = unknown;
    if (score !== undefined) throw new MaestroError("MR2001", { score, known, guess: nearest(score, known) });
    await print(diff, json ? "json" : format, io);
    if (diff.to.errors.length > 0) return EXIT.problems;
    return exitCode && diff.subjects.length > 0 ? EXIT.problems : EXIT.ok;
  } catch (error) {
    throw error instanceof GitRefusal ? new UsageError(error.message, error.hint) : error;
  } finally {
    forget();
  }
}

/** `main`: against the working tree. `main..next`: against one another. `main...next`: since they went apart. */
function toRefs(words: string): Refs {
  const dots = /\.\.\.?/.exec(words);
  if (!dots) return { from: words || "HEAD", isFromFork: false };
  const [from, to] = [words.slice(0, dots.index), words.slice(dots.index + dots[0].length)];
  return { from: from || "HEAD", to: to || "HEAD", isFromFork: dots[0].length === 3 };
}

async function print(diff: WorkspaceDiff, format: "text" | "markdown" | "json", io: Io): Promise<void> {
  const { toText, toMarkdown, toDiffJson } = await import("../../compile/diff/index.ts");
  switch (format) {
    case "text":
      warnOfErrors(diff, io);
      io.write(toText(diff, { hasColor: io.hasColor }));
      return;
    case "markdown":
      io.write(toMarkdown(diff));
      return;
    case "json":
      io.write(`${JSON.stringify(toDiffJson(diff), null, 2)}\n`);
      return;
    default:
      format satisfies never;
  }
}

function warnOfErrors({ from, to }: WorkspaceDiff, io: Io): void {
  const c = toColors(io.hasColor);
  for (const { label, errors } of [from, to])
    for (const { code, message, at } of errors) {
      const place = at ? `${toVisible(at.file)}:${at.line}:${at.column}  ` : "";
      warnLines(io, `${c.bold(toVisible(label))}: ${place}${c.red("error")} ${code} ${toVisible(message)}`);
    }
}
