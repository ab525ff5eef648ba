import type { Kind, Note } from "../../scores/lib/classify-commit.ts";

/** A note as `classify` would give it. */
export const note = (hash: string, kind: Kind, some: Partial<Note> = {}): Note => {
  const rest = { scope: null, breaking: null, because: "", guessed: false, files: 1, added: 2, removed: 1 };
  return { hash, kind, text: `Work ${hash}`, ...rest, ...some };
};
