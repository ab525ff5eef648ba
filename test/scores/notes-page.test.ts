import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { checkGroups, groupNotes } from "../../scores/lib/group-notes.ts";
import { escapeHtml, renderGaps, renderNotes, withRemarks } from "../../scores/lib/render-notes.ts";
import { MARK, writeNotes } from "../../scores/lib/write-notes.ts";
import { note } from "./note.ts";
import { tempFolder } from "./temp.ts";

describe("writing Markdown", () => {
  const history = { start: "tag" as const, from: "v1.0.0", to: "HEAD", left: 0, shallow: false };

  test("one section per group, one line per commit, and what was left out", () => {
    const groups = groupNotes([
      note("0123456789abc", "feature", { scope: "cli", text: "Reads `<stdin>` and <b>" }),
      note("2", "breaking", { breaking: "Rename it.", guessed: true }),
    ]);

    const markdown = renderNotes({ history, groups, skipped: { merges: 3, trivial: 1, undone: 2 } });

    expect(markdown).toBe(
      [
        "# Changes from v1.0.0 to HEAD\n",
        "## Breaking changes\n",
        "- Work 2 (`2`)",
        "  Rename it.\n",
        "## New\n",
        "- **cli:** Reads `<stdin>` and \\<b> (`012345678`)\n",
        "2 commits, +4 −2 lines. Left out: 3 merges, 1 trivial commit, 2 commits undone again. 1 of 2 had no conventional prefix and were sorted by their paths and words.\n",
      ].join("\n"),
    );
  });

  test("an empty range says that there is nothing", () => {
    const markdown = renderNotes({ history, groups: [], skipped: { merges: 0, trivial: 0, undone: 0 } });

    expect(markdown).toContain("There is nothing to report between v1.0.0 and HEAD.");
    expect(markdown).toContain("No commits");
  });

  test("only what is not code is escaped", () => {
    expect(escapeHtml("a <b> `<c>` <d>")).toBe("a \\<b> `<c>` \\<d>");
  });

  test("gaps stand under the title, each with what to do", () => {
    const gaps = renderGaps({ ...checkGroups(["1", "2"], [], 1), missing: ["1", "2"] });

    const markdown = withRemarks("# Title\n\nText\n", gaps, true);

    expect(markdown).toBe(
      [
        "# Title\n",
        "> These notes are not complete.",
        "> 1 older commit of the range not read: raise `max`, or begin later with `from`.",
        "> In no group: `1`, `2`.\n",
        "> The clone is shallow, so its history ends early: `git fetch --unshallow --tags` brings the rest.\n",
        "Text\n",
      ].join("\n"),
    );
  });

  test("complete notes get no remark", () => {
    expect(withRemarks("# Title\n", undefined, false)).toBe("# Title\n");
  });
});

describe("writing the file", () => {
  test("the folder is made, and a second run writes over the first", async () => {
    const out = path.join(tempFolder(), "notes", "next.md");

    await writeNotes(out, "# One\n");
    const file = await writeNotes(out, "# Two\n");

    expect(file).toBe(out);
    expect(readFileSync(out, "utf8")).toBe(`${MARK}\n\n# Two\n`);
  });

  test("a file that somebody else wrote is left alone", async () => {
    const out = path.join(tempFolder({ "CHANGELOG.md": "# By hand\n" }), "CHANGELOG.md");

    await expect(writeNotes(out, "# New\n")).rejects.toThrow(
      "is there already and was not written by this score",
    );
    expect(readFileSync(out, "utf8")).toBe("# By hand\n");
  });

  test("a folder as target is refused in a sentence", async () => {
    await expect(writeNotes(tempFolder(), "# New\n")).rejects.toThrow('give the path of a file as "out"');
  });
});
