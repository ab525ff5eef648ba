import { type LoadFnOutput, stripTypeScriptTypes } from "node:module";

interface Stripped {
  readonly source: Buffer;
  readonly code: string;
}

/**
 * Strips the types of a text once: a file that is loaded anew only since it imports one that has changed is what it was.
 * Its text is read again each time, and compared.
 */
export class StrippedTexts {
  readonly #kept = new Map<string, Stripped>();

  /** What Node has read of `url`, as JavaScript. What cannot be stripped is left to Node, which says why. */
  strip(url: string, read: LoadFnOutput): LoadFnOutput {
    const { format, source } = read;
    if (format !== "module-typescript" || !Buffer.isBuffer(source)) return read;
    const file = url.replace(/\?.*$/s, "");
    const kept = this.#kept.get(file);
    if (kept?.source.equals(source)) return toModule(read, kept.code);
    try {
      const code = stripTypeScriptTypes(source.toString());
      this.#kept.set(file, { source, code });
      return toModule(read, code);
    } catch {
      this.#kept.delete(file);
      return read;
    }
  }
}

function toModule(read: LoadFnOutput, source: string): LoadFnOutput {
  return { ...read, format: "module", source };
}
