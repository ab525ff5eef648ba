/**
 * Reads a range of git history and writes release notes: every commit in exactly one group, or it says which are not. A model
 * edits them and another judges that; without one the notes stay as the commits say it, and the run shows the gap.
 */
import {
  agent,
  artifact,
  branch,
  defineScore,
  derive,
  eq,
  input,
  isPresent,
  map,
  ne,
  optional,
  task,
} from "maestro-ts";
import { z } from "zod";
import releaseEditor from "../agents/release-editor.ts";
import releaseJudge from "../agents/release-judge.ts";
import { classifyCommitTask } from "./lib/classify-commit.ts";
import { readHistoryTask } from "./lib/git-history.ts";
import { checkGroupsTask, groupNotesTask } from "./lib/group-notes.ts";
import { pickCommits } from "./lib/pick-commits.ts";
import { renderGapsTask, renderNotesTask, withEdits, withRemarks } from "./lib/render-notes.ts";
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
    edit: z.boolean().default(true).describe("Let a model edit the notes"),
    product: z.string().default("this project").describe("What the model calls the project"),
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

const edit = branch(eq(brief.edit, true));
const draft = agent(releaseEditor, {
  when: edit.yes,
  input: { markdown: page.output.markdown, product: brief.product },
  importance: "low",
  onFailure: "skip",
});
const edited = artifact({
  when: isPresent(draft.output),
  name: "release-notes",
  value: draft.output,
  gates: [{ by: releaseJudge, min: 0.7, onFail: "retry" }],
  retry: { attempts: 2 },
  importance: "low",
  onFailure: "skip",
});
const body = derive([page.output.markdown, grouped.output.groups, optional(edited.output)], withEdits);
const markdown = derive([body, optional(gaps.output.markdown), history.output.shallow], withRemarks);

const asked = branch(ne(brief.out, ""));
const written = task(writeNotesTask, { when: asked.yes, input: { out: brief.out, markdown } });

export default defineScore({
  id: "release-notes",
  title: "Writes release notes from a range of git history",
  input: brief,
  nodes: {
    history,
    picked,
    notes,
    grouped,
    expected,
    checked,
    whole,
    gaps,
    page,
    edit,
    draft,
    edited,
    body,
    markdown,
    asked,
    written,
  },
  output: {
    markdown,
    counts: checked.output.counts,
    complete: checked.output.complete,
    skipped: picked.skipped,
    path: optional(written.output.path),
  },
});
