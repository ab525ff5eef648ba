/** Notes in groups, and the proof that no commit was lost on the way. */
import { defineTask } from "maestro-ts";
import { z } from "zod";
import { KINDS, Kind, Note } from "./classify-commit.ts";

export const Group = z.object({ kind: Kind, notes: z.array(Note) });
export type Group = z.infer<typeof Group>;

export const Counts = z.object({
  breaking: z.int(),
  feature: z.int(),
  fix: z.int(),
  performance: z.int(),
  docs: z.int(),
  internal: z.int(),
});

export const Checked = z.object({
  complete: z.boolean(),
  counts: Counts,
  /** Commits that are in no group. */
  missing: z.array(z.string()),
  /** Commits that are in more than one group, or twice in one. */
  doubled: z.array(z.string()),
  /** Commits in a group that were never asked for. */
  strange: z.array(z.string()),
  /** Commits of the range that were not read, because it is longer than `max`. */
  left: z.int(),
});
export type Checked = z.infer<typeof Checked>;

/** One group per kind that has notes, the most urgent kind first; inside, by scope, newest first. */
export function groupNotes(notes: readonly Note[]): Group[] {
  const groups: Group[] = KINDS.map((kind) => ({
    kind,
    notes: notes.filter((note) => note.kind === kind).toSorted(byScope),
  }));
  return groups.filter((group) => group.notes.length > 0);
}

function byScope(a: Note, b: Note): number {
  const [left, right] = [a.scope ?? "", b.scope ?? ""];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Is every commit in exactly one group, and was the range read to its end? */
export function checkGroups(expected: readonly string[], groups: readonly Group[], left: number): Checked {
  const times = new Map(expected.map((hash) => [hash, 0]));
  const strange: string[] = [];
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Checked["counts"];
  for (const { kind, notes } of groups) {
    counts[kind] += notes.length;
    for (const { hash } of notes) {
      const before = times.get(hash);
      if (before === undefined) strange.push(hash);
      else times.set(hash, before + 1);
    }
  }
  const missing = [...times].filter(([, n]) => n === 0).map(([hash]) => hash);
  const doubled = [...times].filter(([, n]) => n > 1).map(([hash]) => hash);
  const complete = missing.length + doubled.length + strange.length + left === 0;
  return { complete, counts, missing, doubled, strange, left };
}

export const groupNotesTask = defineTask({
  id: "group-notes",
  input: z.object({ notes: z.array(Note) }),
  output: z.object({ groups: z.array(Group) }),
  run: ({ input }) => ({ groups: groupNotes(input.notes) }),
});

export const checkGroupsTask = defineTask({
  id: "check-groups",
  input: z.object({ expected: z.array(z.string()), groups: z.array(Group), left: z.int() }),
  output: Checked,
  run: ({ input }) => checkGroups(input.expected, input.groups, input.left),
});
