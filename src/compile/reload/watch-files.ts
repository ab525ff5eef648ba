import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, type Stats, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { SourceChange } from "./live-files.ts";
import { SecondLook } from "./second-look.ts";

/** Files whose content has changed, from the root, in groups that belong together. */
export interface Changes {
  /** The next group, sorted; `undefined` once `end` was called. It may not be complete: `settled` says. */
  next(): Promise<readonly SourceChange[] | undefined>;
  /** Is there something already that `next` will give? */
  readonly hasNext: boolean;
  /** Has nothing come that belongs to the groups since it last said so? `true` after a while, `false` at once. */
  settled(): Promise<boolean>;
  /**
   * Watches these as well, from the root or absolute: files of packages, or beside the workspace. One that was written
   * since `at`, Unix ms, may not be what somebody has read: it is a change.
   */
  add(files: readonly string[], at: number): void;
  /** What was written or taken away since `at`, Unix ms: also what nobody was told, as it was before everything was watched. */
  since(at: number): readonly SourceChange[];
  end(): void;
  close(): Promise<void>;
}

export interface Watching {
  /** Does a change of `file` matter? */
  readonly isRelevant: (change: SourceChange) => boolean;
  readonly onError: (error: unknown) => void;
  /** So long after the last of `pending` nothing has to come: an editor writes in several steps, git many files. */
  readonly settleMs: (pending: readonly SourceChange[]) => number;
  /** May something be done with them before that? */
  readonly mayBegin?: (pending: readonly SourceChange[]) => boolean;
  /**
   * Told of each path some time after it came, went or was moved, also when it is as it was before: who has looked for
   * it meanwhile has seen what is no change.
   */
  readonly onMove?: (move: Move) => void;
  /** Files that are watched besides, although their names begin with a dot. */
  readonly hidden?: RegExp;
}

/** A file or a folder came, went or was moved. */
export interface Move {
  readonly file: string;
  /** What was looked at after this, by `performance.now()`, was looked at as it is now. */
  readonly at: number;
}

/** While git has this, it is not done: changing branches writes file after file. */
const GIT_AT_WORK = ".git/index.lock";
const GIT_LOOK_MS = 20;
/** A lock that nobody takes away is a dead one. */
const MOST_GIT_LOOKS = 250;

/** Watches every source below `root` but those of packages. Resolves when each change from now on is seen. */
export async function watchFiles(root: string, watching: Watching): Promise<Changes> {
  const { watch } = await import("chokidar");
  const { isRelevant, onError, settleMs, mayBegin, onMove, hidden } = watching;
  const hashes = new Map<string, string>();
  const pending = new Map<string, SourceChange>();
  const explicit = new Set<string>();
  /** Given out, and more may belong to them. */
  let begun: readonly SourceChange[] = [];
  let settledAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;
  let isReady = false;
  let wake = () => {};
  const woken = () => new Promise<void>((resolved) => (wake = resolved));
  const toFile = (path: string) => relative(root, path).split(sep).join("/");
  const isGitAtWork = () => existsSync(join(root, GIT_AT_WORK));
  const stopWaiting = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const wait = (ms: number, looks = 0) => {
    stopWaiting();
    timer = setTimeout(() => {
      if (looks < MOST_GIT_LOOKS && isGitAtWork()) return wait(GIT_LOOK_MS, looks + 1);
      timer = undefined;
      wake();
    }, ms);
  };
  /** What has become of the file since it was last looked at. */
  const look = (path: string): SourceChange | undefined => {
    const [hash, known] = [hashOf(path), hashes.get(path)];
    if (hash === known) return undefined;
    if (hash === undefined) hashes.delete(path);
    else hashes.set(path, hash);
    return {
      file: toFile(path),
      is: hash === undefined ? "removed" : known === undefined ? "added" : "changed",
    };
  };
  const onEvent = (path: string) => {
    const change = look(path);
    // Written again as it was: no change. What was found while everything is looked at for the first time is none.
    if (change && isReady) take(change);
  };
  const take = (change: SourceChange) => {
    if (!isRelevant(change)) return;
    pending.set(change.file, joined(pending.get(change.file), change));
    const group = [...begun, ...pending.values()];
    const ms = settleMs(group);
    settledAt = performance.now() + ms;
    if (mayBegin?.(group) && !isGitAtWork()) stopWaiting();
    else wait(ms);
    wake();
  };
  const ignored = (path: string, about?: Stats) =>
    !explicit.has(path) && isIgnored(toFile(path), { hidden, about });
  const second = new SecondLook({
    isIgnored: (path) => ignored(path, aboutOf(path)),
    look(path, cameAt) {
      if (!hashes.has(path))
        for (const known of hashes.keys()) if (known.startsWith(path + sep)) onEvent(known);
      onEvent(path);
      if (cameAt !== undefined) onMove?.({ file: toFile(path), at: cameAt });
    },
  });
  const watcher = watch(root, { ignored });
  watcher.on("error", onError);
  watcher.on("raw", (event, name, details) => {
    const folder: unknown = (details as { watchedPath?: unknown }).watchedPath;
    if (typeof name === "string" && typeof folder === "string") second.note(event, name, folder);
  });
  for (const event of ["add", "change", "unlink"] as const) watcher.on(event, onEvent);
  await new Promise<void>((resolved) => void watcher.once("ready", () => resolved()));
  isReady = true;
  return {
    async next() {
      while (!isEnded && (pending.size === 0 || timer)) await woken();
      if (isEnded) return undefined;
      const changes = [...pending.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
      pending.clear();
      if (mayBegin) begun = [...begun, ...changes];
      return changes;
    },
    get hasNext() {
      return pending.size > 0;
    },
    async settled() {
      // Written again after it was looked at, and maybe before it was read: told late, that would be one save as two.
      if (mayBegin?.(begun)) for (const { file } of begun) onEvent(resolve(root, file));
      const ms = settledAt - performance.now();
      if (pending.size === 0 && (ms > 0 || isGitAtWork())) wait(ms);
      while (!isEnded && pending.size === 0 && timer) await woken();
      if (pending.size > 0) return false;
      begun = [];
      return true;
    },
    add(files, at) {
      const paths = files.map((file) => resolve(root, file)).filter((path) => !explicit.has(path));
      for (const path of paths) {
        explicit.add(path);
        // What it is from here on is compared with what it is now.
        if (look(path) && writtenSince(path, at)) take({ file: toFile(path), is: "changed" });
      }
      if (paths.length > 0) watcher.add(paths);
    },
    since(at) {
      return [...hashes.keys()].flatMap((path): SourceChange[] => {
        if (!existsSync(path)) return [{ file: toFile(path), is: "removed" }];
        return writtenSince(path, at) ? [{ file: toFile(path), is: "changed" }] : [];
      });
    },
    end() {
      isEnded = true;
      second.close();
      clearTimeout(timer);
      wake();
    },
    close() {
      second.close();
      return watcher.close();
    },
  };
}

/** Changes that came one after the other, as one group. */
export function joinChanges(
  before: readonly SourceChange[],
  now: readonly SourceChange[],
): readonly SourceChange[] {
  const all = new Map(before.map((one) => [one.file, one]));
  for (const one of now) all.set(one.file, joined(all.get(one.file), one));
  return [...all.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Two changes of one file as one: one that was taken away and is there again has changed. */
function joined(before: SourceChange | undefined, now: SourceChange): SourceChange {
  if (before?.is === "removed" && now.is === "added") return { file: now.file, is: "changed" };
  if (before?.is === "added" && now.is === "changed") return before;
  return now;
}

const EXTENSION = /\.\w+$/;

interface Place {
  readonly hidden: RegExp | undefined;
  /** What is there; chokidar asks before it knows that, and once more afterwards. */
  readonly about: Stats | undefined;
}

/** Folders of packages and hidden ones, and files that no definition can import. */
function isIgnored(file: string, { hidden, about }: Place): boolean {
  if (file === "" || file.startsWith("..") || hidden?.test(file)) return false;
  const parts = file.split("/");
  if (parts.some((part) => part === "node_modules" || (part.startsWith(".") && part !== "."))) return true;
  // What editors keep beside a file while they save it.
  if (file.endsWith("~")) return true;
  // A folder may be called `v1.2`.
  if (!about || about.isDirectory()) return false;
  return EXTENSION.test(file) && !/\.(?:[mc]?[jt]sx?|json|yaml|lock)$/.test(file);
}

/** `undefined` when there is nothing, or nothing that may be asked. */
function aboutOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** By the time that nobody can set. */
function writtenSince(path: string, at: number): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0) >= at;
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
