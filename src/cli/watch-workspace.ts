import type { Workspace } from "../compile/find-workspace.ts";
import { findingsWithout } from "../compile/reload/compare-findings.ts";
import { watchFiles } from "../compile/reload/watch-files.ts";
import { bySource, type Diagnostic } from "../diagnostics/index.ts";
import { toColors } from "../support/colors.ts";
import { toVisible } from "../support/to-visible.ts";
import { type Checked, toClosing, toTexts } from "./commands/validate.ts";
import { EXIT, type ExitCode, type Io } from "./io.ts";
import { printError } from "./print-error.ts";
import { warnLines, writeLine } from "./write-line.ts";

/** Checks the workspace once more; ends early when `signal` says so. */
type Check = (signal: AbortSignal) => Promise<Checked>;

/** So long after the last change nothing has to come: an editor writes in several steps, git many files. */
const SETTLE_MS = 80;
const MOST_NAMED = 3;

/**
 * Checks the workspace, and again after each change to a file that could matter: prints what appeared and what was fixed.
 * Ends when it is interrupted, with 0.
 */
export async function watchWorkspace(io: Io, { root }: Workspace, check: Check): Promise<ExitCode> {
  const stopped = new AbortController();
  let read: ReadonlySet<string> = new Set();
  let isChecking = true;
  const changes = await watchFiles(root, {
    isRelevant: ({ file, is }) => isSource(file) || is !== "changed" || read.has(file),
    settleMs: () => SETTLE_MS,
    onError: (error) => warnLines(io, `not everything can be watched: ${(error as Error).message}`),
  });
  const restore = io.onInterrupt(() => {
    stopped.abort();
    // What evaluates the workspace may be in an endless loop.
    if (isChecking) io.leave(EXIT.ok);
    changes.end();
  });
  const checkOnce = async () => {
    const startedAt = performance.now();
    const checked = await check(stopped.signal);
    read = new Set(checked.read);
    return { checked, durationMs: performance.now() - startedAt };
  };
  const first = await checkOnce();
  for (const text of await toTexts(first.checked.diagnostics, { root, io })) io.write(`${text}\n\n`);
  writeLine(io, await toClosing(first.checked, { durationMs: first.durationMs, color: io.hasColor }));
  io.write("watching for changes; Ctrl-C ends it\n");
  let before = first.checked.diagnostics;
  for (;;) {
    isChecking = false;
    const changed = (await changes.next())?.map(({ file }) => file);
    if (!changed) break;
    isChecking = true;
    try {
      const { checked, durationMs } = await checkOnce();
      const isNoise = changed.every((file) => !isSource(file) && !read.has(file));
      const change = compare(before, checked);
      if (!isNoise || change.appeared.length + change.fixed.length > 0)
        await printChange(io, { root, changed, ...change, checked, durationMs });
      before = [...checked.diagnostics, ...change.hidden];
    } catch (error) {
      printError(error, io);
    }
  }
  restore();
  await changes.close();
  return EXIT.ok;
}

interface Change {
  readonly root: string;
  readonly changed: readonly string[];
  readonly appeared: readonly Diagnostic[];
  readonly fixed: readonly Diagnostic[];
  readonly checked: Checked;
  readonly durationMs: number;
}

/** What a check found that was not there before, and what is there no longer. */
function compare(before: readonly Diagnostic[], { diagnostics, isCutShort = false }: Checked) {
  const gone = findingsWithout(before, diagnostics).sort(bySource);
  // While a file has a syntax error, TypeScript is silent about the types of all.
  const isHidden = ({ code }: Diagnostic) => isCutShort && code === "MS1001";
  return {
    appeared: findingsWithout(diagnostics, before),
    fixed: gone.filter((finding) => !isHidden(finding)),
    hidden: gone.filter(isHidden),
  };
}

async function printChange(
  io: Io,
  { root, changed, appeared, fixed, checked, durationMs }: Change,
): Promise<void> {
  const c = toColors(io.hasColor);
  const more = changed.length - MOST_NAMED;
  const names = [...changed.slice(0, MOST_NAMED).map(toVisible), ...(more > 0 ? [`${more} more`] : [])].join(
    ", ",
  );
  const time = new Date().toTimeString().slice(0, "00:00:00".length);
  const lines = [`\n${c.dim(time)}  ${names}`];
  for (const text of await toTexts(appeared, { root, io })) lines.push(text, "");
  for (const { code, name, at, message } of fixed) {
    const place = at ? `${toVisible(at.file)}:${at.line}:${at.column}  ` : "";
    lines.push(
      `${c.green("fixed")}  ${place}${code} ${name}  ${c.dim(toVisible(message.split("\n", 1)[0]!))}`,
    );
  }
  io.write(`${lines.join("\n")}\n${await toClosing(checked, { durationMs, color: io.hasColor })}\n`);
}

function isSource(file: string): boolean {
  return /\.[mc]?tsx?$/.test(file) || file === "package.json" || file === "tsconfig.json";
}
