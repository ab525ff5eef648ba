import { statSync } from "node:fs";
import { MaestroError } from "../diagnostics/maestro-error.ts";

/**
 * Remembers which files these are; the returned function throws when one of them is not there any more, or another file
 * of its name. It asks for their places alone and opens none (S5).
 * @throws MaestroError MR1017
 */
export function rememberFiles(file: string, others: readonly string[]): () => void {
  const known = [file, ...others].map((path) => [path, identityOf(path)] as const);
  return () => {
    for (const [path, identity] of known)
      if (identityOf(path) !== identity) throw new MaestroError("MR1017", { file, missing: path });
  };
}

function identityOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats && `${stats.dev} ${stats.ino}`;
}
