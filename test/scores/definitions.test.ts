import { expect, test } from "vitest";
import releaseEditor from "../../agents/release-editor.ts";
import releaseNotesFridays from "../../orchestras/release-notes-fridays.ts";
import weeklyLinks from "../../orchestras/weekly-links.ts";
import dependencyReport from "../../scores/dependency-report.ts";
import dependencyReview from "../../scores/dependency-review.ts";
import linkCheck from "../../scores/link-check.ts";
import releaseNotes from "../../scores/release-notes.ts";
import type { ScoreRecord } from "../../src/define/define-score.ts";
import { toPlan } from "../../src/define/to-plan.ts";

const scores = { releaseNotes, linkCheck, dependencyReport, dependencyReview };
const compiled = (score: unknown) => toPlan(score as ScoreRecord);

test.each(Object.entries(scores))(
  "%s compiles without a finding, to the same plan every time",
  (_name, score) => {
    const { findings, plan } = compiled(score);

    expect(findings).toEqual([]);
    expect(compiled(score).plan).toEqual(plan);
  },
);

test.each(Object.entries(scores))("%s can be played without input", async (_name, score) => {
  const checked = await compiled(score).code.checkInput?.({});

  expect(checked).toHaveProperty("value");
});

test.each([
  [releaseNotes, "notes", 500, 8],
  [linkCheck, "files", 2000, 16],
  [dependencyReport, "packages", 20_000, 16],
])("the map of a score is bounded: %#", (score, name, maxItems, concurrency) => {
  expect(compiled(score).plan.body.nodes[name]).toMatchObject({ kind: "map", maxItems, concurrency });
});

const taken = (node: string) => ({ when: { is: "case", node, cases: [true], negate: false } });
const isTrue = (...path: string[]) => ({ is: "eq", left: { is: "input", path }, right: { value: true } });

test("release notes write a file only when one was asked for, and remarks only when they are not complete", () => {
  const { asked, written, whole, gaps } = compiled(releaseNotes).plan.body.nodes;

  expect(asked).toMatchObject({
    on: { is: "ne", left: { is: "input", path: ["out"] }, right: { value: "" } },
  });
  expect(written).toMatchObject(taken("asked"));
  expect(whole).toMatchObject({
    on: { is: "eq", left: { node: "checked", path: ["complete"] }, right: { value: true } },
  });
  expect(gaps).toMatchObject({ when: { is: "case", node: "whole", cases: [false] } });
});

test("a link check asks the web only when it was asked to, and fails only when it is strict", () => {
  const { online, answers, refused, verdict } = compiled(linkCheck).plan.body.nodes;

  expect(online).toMatchObject({ on: isTrue("http") });
  expect(answers).toMatchObject(taken("online"));
  expect(refused).toMatchObject({
    on: {
      is: "all",
      of: [isTrue("strict"), { is: "gt", left: { path: ["totals", "broken"] }, right: { value: 0 } }],
    },
  });
  expect(verdict).toMatchObject(taken("refused"));
});

test("packages are measured when there is a node_modules, and listed without sizes when not", () => {
  const { packages, unmeasured } = compiled(dependencyReport).plan.body.nodes;

  expect(packages).toMatchObject({ when: { is: "case", node: "installed", cases: ["yes"] } });
  expect(unmeasured).toMatchObject({ when: { is: "case", node: "installed", cases: ["no"] } });
});

test("orchestras play these scores on a schedule", () => {
  expect(weeklyLinks).toMatchObject({ plays: linkCheck, schedule: { cron: "0 7 * * 1" } });
  expect(releaseNotesFridays).toMatchObject({ plays: releaseNotes, schedule: { cron: "0 15 * * 5" } });
});

test("the editor is told whose notes it edits", () => {
  const { instructions } = releaseEditor as unknown as {
    instructions(input: { product: string; readers: string }): string;
  };

  expect(instructions({ product: "Maestro", readers: "engineers" })).toContain(
    "the release notes of Maestro. Its readers: engineers.",
  );
});
