import { describe, expect, test } from "vitest";
import { type EditedNotes, restoreChanges } from "../../scores/lib/edited-notes.ts";
import { withEdits } from "../../scores/lib/render-notes.ts";
import { note } from "./note.ts";

const BREAKING = "1111111111";
const FIX = "2222222222";
const groups = [
  { kind: "breaking" as const, notes: [note(BREAKING, "breaking", { text: "Drop the old form" })] },
  { kind: "fix" as const, notes: [note(FIX, "fix", { text: "End at midnight" })] },
];
const edited = (...changes: EditedNotes["changes"]): EditedNotes => ({
  headline: "News",
  summary: "",
  changes,
});

describe("what a model has made of the notes", () => {
  test("is taken with the commits it names, by the beginnings of their hashes", () => {
    const changes = restoreChanges(
      groups,
      edited(
        { kind: "breaking", text: "The old form is gone.", hashes: [BREAKING.slice(0, 9)] },
        { kind: "fix", text: "Midnight is fine.", hashes: [FIX] },
      ),
    );

    expect(changes).toEqual([
      { kind: "breaking", text: "The old form is gone.", hashes: [BREAKING] },
      { kind: "fix", text: "Midnight is fine.", hashes: [FIX] },
    ]);
  });

  test("loses no commit: what it left out stands there as the commit says it", () => {
    const changes = restoreChanges(groups, edited({ kind: "fix", text: "Midnight is fine.", hashes: [FIX] }));

    expect(changes[0]).toEqual({ kind: "breaking", text: "Drop the old form", hashes: [BREAKING] });
  });

  test("cannot make a breaking change harmless", () => {
    const changes = restoreChanges(
      groups,
      edited({ kind: "internal", text: "Tidied.", hashes: [FIX, BREAKING] }),
    );

    expect(changes).toEqual([{ kind: "breaking", text: "Tidied.", hashes: [FIX, BREAKING] }]);
  });

  test("adds no change that no commit made, and tells none twice", () => {
    const changes = restoreChanges(
      groups,
      edited(
        { kind: "feature", text: "It makes coffee.", hashes: ["9999999999"] },
        { kind: "feature", text: "Everything.", hashes: [""] },
        { kind: "fix", text: "Midnight is fine.", hashes: [FIX] },
        { kind: "fix", text: "Midnight, again.", hashes: [FIX] },
      ),
    );

    expect(changes.map(({ text }) => text)).toEqual(["Drop the old form", "Midnight is fine."]);
  });
});

test("a model's texts are lines of the notes: they bring neither HTML nor headings of their own", () => {
  const plain =
    "# Changes from a to b\n\n## Fixed\n\n- End at midnight (`222222222`)\n\n2 commits, +1 −0 lines.\n";
  const notes = edited({ kind: "fix", text: "Fine.\n\n# Pay <b>here</b>", hashes: [FIX] });

  expect(withEdits(plain, groups, { ...notes, summary: "a\n# b" })).toBe(
    [
      "# Changes from a to b",
      "**News**",
      "a # b",
      "## Breaking changes",
      "- Drop the old form (`111111111`)",
      "## Fixed",
      "- Fine. # Pay \\<b>here\\</b> (`222222222`)",
      "2 commits, +1 −0 lines.\n",
    ].join("\n\n"),
  );
  expect(withEdits(plain, groups, undefined)).toBe(plain);
});
