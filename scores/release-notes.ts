/** Reads a range of git history and writes release notes: every commit in exactly one group, or it says which are not. */
import { branch, defineScore, derive, eq, input, map, ne, optional, task } from "maestro-ts";
import { z } from "zod";
import { classifyCommitTask } from "./lib/classify-commit.ts";
import { readHistoryTask } from "./lib/git-history.ts";
import { checkGroupsTask, groupNotesTask } from "./lib/group-notes.ts";
import { pickCommits } from "./lib/pick-commits.ts";
import { renderGapsTask, renderNotesTask, withRemarks } from "./lib/render-notes.ts";
import { writeNotesTask } from "./lib/write-notes.ts";

const brief = input(
  z.object({
    repo: z.string().default(".").describe("Folder of the git repository"),
    from: z
      .string()
      .default("")
      .describe("Tag, branch or commit to start after; empty: the last tag, or the first commit"),
    to: z.string().default("HEAD").describe("Tag, branch or commit to end with"),
    max: z.int().min(1).max(500).default(500).describe("The most commits to read"),
    out: z.string().default("").describe("File to write the notes to; empty: none"),
  }),
);

const history = task(readHistoryTask, {
  input: { repo: brief.repo, from: brief.from, to: brief.to, max: brief.max },
  timeout: "2m",
});
const picked = derive([history.output.commits], pickCommits);
const notes = map({
  over: picked.worth,
  maxItems: 500,
  concurrency: 8,
  each: (commit) => task(classifyCommitTask, { input: { repo: brief.repo, commit }, timeout: "1m" }),
});
const grouped = task(groupNotesTask, { input: { notes: notes.output } });
const expected = derive([picked.worth], (commits) => commits.map((commit) => commit.hash));
const checked = task(checkGroupsTask, {
  input: { expected, groups: grouped.output.groups, left: history.output.left },
});
const whole = branch(eq(checked.output.complete, true));
const gaps = task(renderGapsTask, { when: whole.no, input: checked.output });
const page = task(renderNotesTask, {
  input: { history: history.output, groups: grouped.output.groups, skipped: picked.skipped },
});
const markdown = derive(
  [page.output.markdown, optional(gaps.output.markdown), history.output.shallow],
  withRemarks,
);
const asked = branch(ne(brief.out, ""));
const written = task(writeNotesTask, { when: asked.yes, input: { out: brief.out, markdown } });

export default defineScore({
  id: "release-notes",
  title: "Writes release notes from a range of git history",
  input: brief,
  nodes: { history, picked, notes, grouped, expected, checked, whole, gaps, page, markdown, asked, written },
  output: {
    markdown,
    counts: checked.output.counts,
    complete: checked.output.complete,
    skipped: picked.skipped,
    path: optional(written.output.path),
  },
});
