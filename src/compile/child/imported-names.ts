import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** `from "./lib/a.ts"`, `import("#a")`, `require("@/a")`. */
const IMPORT = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(["'`])([^"'`\n]+)\1/g;
/** A file that says something about others without being imported. */
const EVERYWHERE = /\bdeclare\s+(?:global\b|module\b)|\/\/\/\s*<reference/;
const ENDING = /(?:\.d)?\.[cm]?[jt]sx?$/;

/**
 * The names that files import others by, types among them, which evaluation does not see. Known is only how a name ends:
 * a file is alone when nobody could mean it.
 */
export class ImportedNames {
  readonly #byFile = new Map<string, ReadonlySet<string>>();
  readonly #everywhere = new Set<string>();

  read(files: readonly string[]): void {
    for (const file of files) {
      const text = textOf(file);
      if (EVERYWHERE.test(text)) this.#everywhere.add(file);
      else this.#everywhere.delete(file);
      this.#byFile.set(file, new Set([...text.matchAll(IMPORT)].map((match) => nameOf(match[2]!))));
    }
  }

  forget(files: readonly string[]): void {
    for (const file of files) {
      this.#byFile.delete(file);
      this.#everywhere.delete(file);
    }
  }

  isAlone(file: string): boolean {
    const name = nameOf(file);
    // A folder is imported by its own name.
    if (name === "index" || file.endsWith(".d.ts") || this.#everywhere.has(file)) return false;
    for (const [other, names] of this.#byFile) if (other !== file && names.has(name)) return false;
    return true;
  }
}

/** `a` of `./lib/a.ts`, `#a` and `@/lib/a`. */
function nameOf(specifier: string): string {
  return basename(specifier)
    .replace(ENDING, "")
    .replace(/^[#@~]/, "");
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
