/** Release notes as a model has edited them, made whole again from the commits. */
import { z } from "zod";
import { KINDS, Kind } from "./classify-commit.ts";
import type { Group } from "./group-notes.ts";

export const EditedNotes = z.object({
  headline: z.string().min(1).max(120),
  summary: z.string(),
  changes: z.array(z.object({ kind: Kind, text: z.string().min(1), hashes: z.array(z.string()).min(1) })),
});
export type EditedNotes = z.infer<typeof EditedNotes>;

/** One line of the notes: what has changed, and by which commits. */
export interface Change {
  readonly kind: Kind;
  readonly text: string;
  readonly hashes: readonly string[];
}

/**
 * The changes as they were edited, and as the commits say those that the model has left out. Of what it says only texts are
 * taken: hashes that nobody gave it, and commits it tells twice, are dropped, and a breaking change stays one.
 */
export function restoreChanges(groups: readonly Group[], edited: EditedNotes): Change[] {
  const left = new Map(groups.flatMap(({ kind, notes }) => notes.map((note) => [note.hash, { kind, note }])));
  const changes = edited.changes.flatMap(({ kind, text, hashes }): Change[] => {
    const own = hashes.map((given) => [...left.keys()].find((hash) => isSame(hash, given)));
    const known = [...new Set(own)].filter((hash) => hash !== undefined);
    if (known.length === 0) return [];
    const isBreaking = known.some((hash) => left.get(hash)?.kind === "breaking");
    for (const hash of known) left.delete(hash);
    return [{ kind: isBreaking ? "breaking" : kind, text: inOneLine(text), hashes: known }];
  });
  const lost = [...left].map(([hash, { kind, note }]): Change => ({ kind, text: note.text, hashes: [hash] }));
  return [...changes, ...lost].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

/** The list shows the first nine digits of a hash. */
function isSame(hash: string, given: string): boolean {
  return given.length >= 7 && hash.startsWith(given.toLowerCase());
}

/** A line break would let a model write headings and lists of its own. */
export function inOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
