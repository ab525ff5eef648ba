import { readFileSync } from "node:fs";
import { type LoadFnOutput, stripTypeScriptTypes } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Job, Stripped } from "./protocol.ts";
import { withoutVersion } from "./to-site.ts";

interface Kept {
  readonly source: Buffer;
  readonly code: string;
}

/**
 * Strips the types of a text once: a file that is loaded anew only since it imports one that has changed is what it was.
 * Its text is read again each time, and compared.
 */
export class StrippedTexts {
  readonly #kept = new Map<string, Kept>();
  /** What whoever asked has stripped already, by URL. */
  #given: ReadonlyMap<string, Stripped> = new Map();

  give({ root, stripped = [] }: Job): void {
    this.#given = new Map(stripped.map((one) => [pathToFileURL(`${root}/${one.file}`).href, one]));
  }

  /** The JavaScript of a file whose text is what it was; `undefined` when Node has to read it. */
  known(url: string): LoadFnOutput | undefined {
    const file = withoutVersion(url);
    const kept = this.#kept.get(file);
    if (!kept) return undefined;
    try {
      const isSame = kept.source.equals(readFileSync(fileURLToPath(file)));
      return isSame ? { format: "module", source: kept.code, shortCircuit: true } : undefined;
    } catch {
      return undefined;
    }
  }

  /** What Node has read of `url`, as JavaScript. What cannot be stripped is left to Node, which says why. */
  strip(url: string, read: LoadFnOutput): LoadFnOutput {
    const { format, source } = read;
    if (format !== "module-typescript" || !Buffer.isBuffer(source)) return read;
    const file = withoutVersion(url);
    try {
      const text = source.toString();
      const given = this.#given.get(file);
      const code = given?.source === text ? given.code : stripTypeScriptTypes(text);
      this.#kept.set(file, { source, code });
      return { ...read, format: "module", source: code };
    } catch {
      this.#kept.delete(file);
      return read;
    }
  }
}
