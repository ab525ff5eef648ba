/**
 * Reviews the npm packages that need somebody's eyes: a model with a tool reads them, a stronger one when it is not sure,
 * and a person approves what is written down.
 */
import {
  agent,
  all,
  artifact,
  branch,
  checkpoint,
  defineScore,
  derive,
  eq,
  gt,
  input,
  optional,
  task,
} from "maestro-ts";
import { z } from "zod";
import dependencyReviewer from "../agents/dependency-reviewer.ts";
import { completeVerdicts, pickSubjects, renderReview } from "./lib/dependency-review.ts";
import { judgeVerdictsTask } from "./lib/judge-verdicts.ts";
import { readLockfileTask } from "./lib/lockfile.ts";
import { writeNotesTask } from "./lib/write-notes.ts";

const brief = input(
  z.object({
    folder: z.string().default(".").describe("Folder of the package-lock.json"),
    out: z.string().default("docs/dependencies.md").describe("File that an approved review is written to"),
  }),
);

const lock = task(readLockfileTask, { input: { folder: brief.folder }, timeout: "1m" });
const subjects = derive([lock.output.packages], pickSubjects);
const some = branch(
  gt(
    derive([subjects], (list) => list.length),
    0,
  ),
);
const review = agent(dependencyReviewer, {
  when: some.yes,
  input: { folder: brief.folder, subjects },
  retry: { attempts: 2 },
});
const reviewed = artifact({
  when: some.yes,
  name: "dependency-review",
  value: review.output,
  gates: [{ by: judgeVerdictsTask, min: 0.8, onFail: "escalate" }],
  retry: { attempts: 2 },
});
const verdicts = derive([subjects, optional(reviewed.output.verdicts)], completeVerdicts);
const markdown = derive([subjects, verdicts], renderReview);
const approval = checkpoint({
  when: some.yes,
  title: "Is this what shall be done about these packages?",
  show: markdown,
  decision: z.object({ approve: z.boolean(), note: z.string().optional() }),
  timeout: "7d",
  onTimeout: "reject",
});
const written = task(writeNotesTask, {
  when: all(some.yes, eq(approval.output.approve, true)),
  input: { out: brief.out, markdown },
});

export default defineScore({
  id: "dependency-review",
  title: "Reviews packages without a licence or in several versions, and asks before it writes that down",
  input: brief,
  nodes: { lock, subjects, some, review, reviewed, verdicts, markdown, approval, written },
  output: { verdicts, markdown },
});
