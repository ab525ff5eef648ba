import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { relative, sep } from "node:path";
import type { Workspace } from "../compile/find-workspace.ts";
import { bySource, type Diagnostic } from "../diagnostics/index.ts";
import { toColors } from "../support/colors.ts";
import { toVisible } from "../support/to-visible.ts";
import { type Checked, toClosing, toTexts } from "./commands/validate.ts";
import { EXIT, type ExitCode, type Io } from "./io.ts";
import { printError } from "./print-error.ts";

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
    isRelevant: (file, isThere) => isSource(file) || isThere !== undefined || read.has(file),
    onError: (error) => io.warn(`not everything can be watched: ${(error as Error).message}`),
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
  io.write(`${await toClosing(first.checked, { durationMs: first.durationMs, color: io.hasColor })}\n`);
  io.write("watching for changes; Ctrl-C ends it\n");
  let before = first.checked.diagnostics;
  for (;;) {
    isChecking = false;
    const changed = await changes.next();
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
  const gone = without(before, diagnostics).sort(bySource);
  // While a file has a syntax error, TypeScript is silent about the types of all.
  const isHidden = ({ code }: Diagnostic) => isCutShort && code === "MS1001";
  return {
    appeared: without(diagnostics, before),
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

/** Those of `findings` that `others` has not. One that only moved to another line is the same. */
function without(findings: readonly Diagnostic[], others: readonly Diagnostic[]): Diagnostic[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(identityOf(other), (left.get(identityOf(other)) ?? 0) + 1);
  return findings.filter((finding) => {
    const count = left.get(identityOf(finding)) ?? 0;
    left.set(identityOf(finding), count - 1);
    return count <= 0;
  });
}

function identityOf({ code, at, message, subject }: Diagnostic): string {
  return JSON.stringify([code, at?.file, message, subject]);
}

/** Files whose content has changed, from the root, in groups that belong together. */
interface Changes {
  /** The next group; `undefined` once `end` was called. */
  next(): Promise<readonly string[] | undefined>;
  end(): void;
  close(): Promise<void>;
}

interface Watching {
  /** Does a change of `file` matter? `isThere` says that it was made or deleted. */
  readonly isRelevant: (file: string, isThere: boolean | undefined) => boolean;
  readonly onError: (error: unknown) => void;
}

/** Watches every source below `root` but those of packages. Resolves when each change from now on is seen. */
async function watchFiles(root: string, { isRelevant, onError }: Watching): Promise<Changes> {
  const { watch } = await import("chokidar");
  const hashes = new Map<string, string | undefined>();
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;
  let wake = () => {};
  const settle = () => {
    timer = undefined;
    if (pending.size > 0) wake();
  };
  const toFile = (path: string) => relative(root, path).split(sep).join("/");
  const look = (path: string): boolean => {
    const hash = hashOf(path);
    const known = hashes.get(path);
    if (hash === undefined) hashes.delete(path);
    else hashes.set(path, hash);
    const isThere = (hash === undefined) === (known === undefined) ? undefined : hash !== undefined;
    return hash !== known && isRelevant(toFile(path), isThere);
  };
  const watcher = watch(root, { ignored: (path) => isIgnored(toFile(path)) });
  watcher.on("error", onError);
  for (const event of ["add", "change", "unlink"] as const) watcher.on(event, (path) => void onEvent(path));
  const onEvent = (path: string) => {
    // Written again as it was: no change.
    if (!look(path) || !isReady) return;
    pending.add(toFile(path));
    clearTimeout(timer);
    timer = setTimeout(settle, SETTLE_MS);
  };
  let isReady = false;
  await new Promise<void>((resolve) => void watcher.once("ready", () => resolve()));
  isReady = true;
  return {
    async next() {
      if (!isEnded && (pending.size === 0 || timer)) await new Promise<void>((resolve) => (wake = resolve));
      if (isEnded) return undefined;
      const files = [...pending].sort();
      pending.clear();
      return files;
    },
    end() {
      isEnded = true;
      clearTimeout(timer);
      wake();
    },
    close: () => watcher.close(),
  };
}

function isSource(file: string): boolean {
  return /\.[mc]?tsx?$/.test(file) || file === "package.json" || file === "tsconfig.json";
}

/** Folders of packages and hidden ones, and files that no definition can import. chokidar asks before it knows what a path is. */
function isIgnored(file: string): boolean {
  if (file === "" || file.startsWith("..")) return false;
  const parts = file.split("/");
  if (parts.some((part) => part === "node_modules" || (part.startsWith(".") && part !== "."))) return true;
  return /\.\w+$/.test(file) && !/\.(?:[mc]?[jt]sx?|json|yaml|lock)$/.test(file);
}

/** `undefined` when there is no such file, or none that can be read. */
function hashOf(path: string): string | undefined {
  try {
    // A pipe would be waited for.
    return statSync(path).isFile()
      ? createHash("sha256").update(readFileSync(path)).digest("hex")
      : undefined;
  } catch {
    return undefined;
  }
}
