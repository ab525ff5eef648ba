import { lstatSync, type Stats } from "node:fs";
import { MaestroError } from "../diagnostics/maestro-error.ts";

/** Those that SQLite keeps beside `file`. It follows no link to one, and waits for ever at a pipe. */
const BESIDE = ["-wal", "-shm", "-journal"] as const;

/**
 * Are the files that SQLite keeps beside `file` files, as far as they are there?
 * @throws MaestroError MR1002 with what is in the way
 */
export function checkBeside(file: string): void {
  for (const suffix of BESIDE) {
    const inTheWay = findInTheWay(file, file + suffix);
    if (inTheWay) throw inTheWay;
  }
}

/** What stands at `path` and is no file itself, as a reason not to open the store `file`. */
export function findInTheWay(file: string, path: string): MaestroError | undefined {
  const found = linkOrFileAt(path);
  if (found === undefined || found.isFile()) return undefined;
  const what = found.isDirectory() ? "a folder" : found.isSymbolicLink() ? "a link" : "a device or a pipe";
  const reason = `${path} is ${what}, and a file has to be there`;
  return new MaestroError("MR1002", { file, reason, inTheWay: path });
}

/** `undefined` also where nobody may look: whoever opens it is told. */
function linkOrFileAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
