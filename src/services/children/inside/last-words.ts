import { writeSync } from "node:fs";
import { stringify } from "../../../support/own-json.ts";
import { LAST_WORDS_FD, type LastWords } from "../protocol.ts";

/** Says `words` before the next statement, which may be the process's last. */
export function sayLast(words: LastWords): void {
  try {
    writeSync(LAST_WORDS_FD, `\n${stringify(words)}\n`);
  } catch {
    // Nobody listens any more, or author code has closed it: the exit code has to say enough.
  }
}
