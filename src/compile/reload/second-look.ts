import { type FSWatcher, lstatSync, readdirSync, watch } from "node:fs";
import { basename, join, sep } from "node:path";

export interface Looking {
  readonly isIgnored: (path: string) => boolean;
  /**
   * Something has happened to this, some time ago: it may be a file, a folder, or gone. Told at `cameAt`, by
   * `performance.now()`, that it came, went or was moved; `undefined` when it was only written.
   */
  readonly look: (path: string, cameAt: number | undefined) => void;
}

interface Doubt {
  /** Not before this. */
  readonly lookAt: number;
  readonly cameAt: number | undefined;
}

/** Longer than chokidar takes to tell: it keeps a deletion back for 100 ms, a second change for 50. */
const DOUBT_MS = 200;
/** Each is read: a program that writes thousands of files must not hold up a key that somebody presses. */
const MOST_AT_ONCE = 100;

/**
 * Looks a second time at whatever the operating system has told of.
 *
 * A handle stays with the folder that it was opened for. When that is deleted and another one is made in its place, often
 * with the same inode number, chokidar asks the disk in several turns what it is, opens another handle afterwards, or none
 * when the folder was not there at one of the questions; what is saved in it meanwhile it does not tell. So a folder that
 * comes is watched here too, from the event that tells of it, and before what is in it is looked at. Nothing runs while
 * nothing happens.
 */
export class SecondLook {
  readonly #looking: Looking;
  /** What to look at, in the order of when. */
  readonly #doubted = new Map<string, Doubt>();
  readonly #folders = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(looking: Looking) {
    this.#looking = looking;
  }

  /** The operating system says that this has happened to `name` in `folder`, or to `folder` itself, which it calls by its name. */
  note(event: string, name: string, folder: string): void {
    if (this.#isClosed) return;
    const inside = join(folder, name);
    const path = name === basename(folder) && kindOf(inside) === undefined ? folder : inside;
    if (this.#looking.isIgnored(path)) return;
    if (event === "rename") {
      this.#leave(path);
      if (kindOf(path) === "folder") this.#follow(path);
    }
    this.#doubt(path, event === "rename");
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  #follow(first: string): void {
    for (const folders = [first]; folders.length > 0; ) {
      const folder = folders.pop()!;
      try {
        const watcher = watch(folder, (event, name) => this.note(event, name ?? "", folder));
        watcher.on("error", () => watcher.close());
        this.#folders.set(folder, watcher);
        for (const entry of readdirSync(folder, { withFileTypes: true })) {
          const path = join(folder, entry.name);
          if (this.#looking.isIgnored(path)) continue;
          if (entry.isDirectory()) folders.push(path);
          else this.#doubt(path, true);
        }
      } catch {
        // It is gone again: that is told like its coming. Where no more can be watched, chokidar says so.
      }
    }
  }

  /** Takes the handles of a folder that is no longer there, or another one now, and of all below it. */
  #leave(folder: string): void {
    for (const [path, watcher] of this.#folders) {
      if (path !== folder && !path.startsWith(folder + sep)) continue;
      watcher.close();
      this.#folders.delete(path);
    }
  }

  #doubt(path: string, hasCome: boolean): void {
    const now = performance.now();
    const cameAt = hasCome ? now : this.#doubted.get(path)?.cameAt;
    this.#doubted.delete(path);
    this.#doubted.set(path, { lookAt: now + DOUBT_MS, cameAt });
    this.#timer ??= setTimeout(() => this.#lookAgain(), DOUBT_MS);
  }

  #lookAgain(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = performance.now();
    let looks = 0;
    for (const [path, { lookAt, cameAt }] of this.#doubted) {
      if (looks++ >= MOST_AT_ONCE) return void setImmediate(() => this.#lookAgain());
      if (lookAt > now) {
        this.#timer = setTimeout(() => this.#lookAgain(), lookAt - now);
        return;
      }
      this.#doubted.delete(path);
      this.#looking.look(path, cameAt);
    }
  }
}

/** `undefined` when there is nothing, or nothing that may be asked. */
function kindOf(path: string): "folder" | "other" | undefined {
  try {
    return lstatSync(path).isDirectory() ? "folder" : "other";
  } catch {
    return undefined;
  }
}
