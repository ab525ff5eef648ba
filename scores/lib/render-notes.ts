/** Release notes as Markdown. */
import { defineTask } from "maestro-ts";
import { z } from "zod";
import type { Kind, Note } from "./classify-commit.ts";
import { type EditedNotes, inOneLine, restoreChanges } from "./edited-notes.ts";
import { History } from "./git-history.ts";
import { Checked, Group } from "./group-notes.ts";

const TITLES: Readonly<Record<Kind, string>> = {
  breaking: "Breaking changes",
  feature: "New",
  fix: "Fixed",
  performance: "Faster",
  docs: "Documentation",
  internal: "Internal",
};

export const Notes = z.object({
  history: History.omit({ commits: true }),
  groups: z.array(Group),
  skipped: z.object({ merges: z.int(), trivial: z.int(), undone: z.int() }),
});
export type Notes = z.infer<typeof Notes>;

/** The notes of one range. Ends with a line break. */
export function renderNotes({ history, groups, skipped }: Notes): string {
  const notes = groups.flatMap((group) => group.notes);
  const sections = groups.map(({ kind, notes }) =>
    [`## ${TITLES[kind]}`, "", ...notes.map(toLine), ""].join("\n"),
  );
  const body =
    sections.length > 0
      ? sections
      : [`There is nothing to report between ${history.from} and ${history.to}.\n`];
  return [`# ${titleOf(history)}\n`, ...body, `${footer(notes, skipped)}\n`].join("\n");
}

function titleOf({ start, from, to }: Notes["history"]): string {
  return start === "first" ? `Everything up to ${to}` : `Changes from ${from} to ${to}`;
}

function toLine({ scope, text, hash, breaking }: Note): string {
  const line = `- ${scope === null ? "" : `**${escapeHtml(scope)}:** `}${escapeHtml(text)} (\`${hash.slice(0, 9)}\`)`;
  return breaking === null ? line : `${line}\n  ${escapeHtml(breaking)}`;
}

/** `<` outside of code would start HTML; inside it is shown as it is. */
export function escapeHtml(text: string): string {
  return text.replace(/(`[^`]*`)|</g, (_all, code: string | undefined) => code ?? "\\<");
}

function footer(notes: readonly Note[], skipped: Notes["skipped"]): string {
  const added = sum(notes.map((note) => note.added));
  const removed = sum(notes.map((note) => note.removed));
  const left = [
    counted(skipped.merges, "merge"),
    counted(skipped.trivial, "trivial commit"),
    counted(skipped.undone, "commit undone again", "commits undone again"),
  ].filter((part) => part !== undefined);
  const guessed = notes.filter((note) => note.guessed).length;
  return [
    `${counted(notes.length, "commit") ?? "No commits"}, +${added} −${removed} lines.`,
    left.length > 0 ? `Left out: ${left.join(", ")}.` : undefined,
    guessed > 0
      ? `${guessed} of ${notes.length} had no conventional prefix and were sorted by their paths and words.`
      : undefined,
  ]
    .filter((line) => line !== undefined)
    .join(" ");
}

/** What is wrong with notes that are not complete, as a Markdown note to stand above them. */
export function renderGaps({ left, missing, doubled, strange }: Checked): string {
  const lines = [
    left > 0
      ? `${counted(left, "older commit")} of the range not read: raise \`max\`, or begin later with \`from\`.`
      : undefined,
    missing.length > 0 ? `In no group: ${missing.map(short).join(", ")}.` : undefined,
    doubled.length > 0 ? `In more than one place: ${doubled.map(short).join(", ")}.` : undefined,
    strange.length > 0 ? `Not of this range: ${strange.map(short).join(", ")}.` : undefined,
  ].filter((line) => line !== undefined);
  return ["> These notes are not complete.", ...lines].join("\n> ");
}

/** The notes with the words of the model that edited them, if one did; title and last line stay as they are. */
export function withEdits(plain: string, groups: readonly Group[], edited: EditedNotes | undefined): string {
  if (!edited) return plain;
  const lines = plain.trimEnd().split("\n");
  const changes = Map.groupBy(restoreChanges(groups, edited), ({ kind }) => kind);
  const sections = [...changes].map(([kind, some]) =>
    [
      `## ${TITLES[kind]}\n`,
      ...some.map(({ text, hashes }) => `- ${escapeHtml(text)} (${hashes.map(short).join(", ")})`),
    ].join("\n"),
  );
  const headline = `**${escapeHtml(inOneLine(edited.headline))}**`;
  const summary = escapeHtml(inOneLine(edited.summary));
  return `${[lines[0], headline, ...(summary ? [summary] : []), ...sections, lines.at(-1)].join("\n\n")}\n`;
}

/** The notes, with what is to be known about them on top of the first section. */
export function withRemarks(markdown: string, gaps: string | undefined, shallow: boolean): string {
  const cut = shallow
    ? "> The clone is shallow, so its history ends early: `git fetch --unshallow --tags` brings the rest."
    : undefined;
  const remarks = [gaps, cut].filter((part) => part !== undefined);
  if (remarks.length === 0) return markdown;
  const titleEnd = markdown.indexOf("\n") + 1;
  return `${markdown.slice(0, titleEnd)}\n${remarks.join("\n\n")}\n${markdown.slice(titleEnd)}`;
}

function counted(n: number, one: string, many = `${one}s`): string | undefined {
  return n === 0 ? undefined : `${n} ${n === 1 ? one : many}`;
}

function short(hash: string): string {
  return `\`${hash.slice(0, 9)}\``;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

export const renderNotesTask = defineTask({
  id: "render-notes",
  input: Notes,
  output: z.object({ markdown: z.string() }),
  run: ({ input }) => ({ markdown: renderNotes(input) }),
});

export const renderGapsTask = defineTask({
  id: "render-gaps",
  input: Checked,
  output: z.object({ markdown: z.string() }),
  run: ({ input, log }) => {
    log("some commits are not in the notes", input);
    return { markdown: renderGaps(input) };
  },
});
