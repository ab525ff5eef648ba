import { toInput, withoutVersion } from "./to-site.ts";

/**
 * Which files are to be loaded anew. ES modules cannot be unloaded: a file that has changed gets a URL of its own,
 * `a.ts?v=3`, and so does each that imports it, or shared modules would exist in two states at once.
 */
export class ModuleVersions {
  readonly #root: string;
  readonly #versions = new Map<string, number>();
  #last = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** What is imported from now on of `files`, paths from the root, is what they hold then. */
  renew(files: readonly string[]): void {
    if (files.length === 0) return;
    this.#last++;
    for (const file of files) this.#versions.set(file, this.#last);
  }

  /** `url` as it is to be imported now. */
  current(url: string): string {
    if (this.#last === 0 || !url.startsWith("file:")) return url;
    const file = toInput(url, this.#root);
    const version = file === undefined ? undefined : this.#versions.get(file);
    return version === undefined ? url : `${withoutVersion(url)}?v=${version}`;
  }
}
