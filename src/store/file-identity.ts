import { statSync } from "node:fs";
import { MaestroError } from "../diagnostics/maestro-error.ts";

/** Which files are in use. They are asked for by their places alone, and none is opened (S5). */
export interface UsedFiles {
  /** @throws MaestroError MR1017 when one of them is not there any more, or another file of its name; MR1006 when nobody may look */
  check(): void;
  /** The connection has made its journal anew. */
  reopened(): void;
}

/** Remembers which files `file` and `others` are, and which its journal is from when there is one. */
export function rememberFiles(file: string, others: readonly string[]): UsedFiles {
  const known = new Map([file, ...others].map((path) => [path, identityOf(path)]));
  const journal = `${file}-wal`;
  const found = (path: string) => {
    try {
      return identityOf(path);
    } catch (cause) {
      const isClosed = (cause as NodeJS.ErrnoException).code === "EACCES";
      if (isClosed) throw new MaestroError("MR1006", { file }, { cause });
      return undefined;
    }
  };
  return {
    check() {
      if (!known.get(journal)) known.set(journal, found(journal));
      for (const [path, identity] of known)
        if (found(path) !== identity) throw new MaestroError("MR1017", { file, missing: path });
    },
    reopened() {
      known.delete(journal);
    },
  };
}

function identityOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats && `${stats.dev} ${stats.ino}`;
}
