import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const SCORE = `import { branch, checkpoint, defineScore, eq, optional, task } from "maestro-ts";
import { z } from "zod";

const draft = task({ input: {}, output: z.object({ text: z.string() }), run: () => ({ text: "Dear Ada" }) });
const review = checkpoint({
  title: "Send this letter?",
  show: draft.output,
  decision: z.object({ send: z.boolean(), note: z.string().optional() }),
  assignee: "sales",
  timeout: "1d",
  onTimeout: "reject",
});
const approved = branch(eq(review.output.send, true));
const sent = task({ when: approved.yes, input: { note: review.output.note }, output: z.string(), run: ({ input }) => "sent, " + input.note });

export default defineScore({ id: "letter", nodes: { draft, review, approved, sent }, output: { sent: optional(sent.output) } });
`;

test("a run parks at its checkpoint; another process lists it, decides it and plays it to its end", async () => {
  const workspace = makeCliWorkspace({ "scores/letter.ts": SCORE });

  const parked = await workspace.maestro(["run", "letter"]);

  expect(parked.code).toBe(1);
  expect(parked.stdout).toMatch(/… review +waits for a decision until \d{4}-/);
  expect(parked.stderr).toMatch(
    /^waiting for a decision: "review"\n {2}hint: maestro checkpoints, then: maestro decide run_\w+ review --input …\n$/,
  );
  const run = /run_\w+/.exec(parked.stdout)![0];

  const listed = await workspace.maestro(["checkpoints"]);

  expect(listed.stdout).toMatch(
    new RegExp(
      `^Send this letter\\? {2}for sales, until .+\\n {2}\\{"text":"Dear Ada"\\}\\n {2}maestro decide ${run} review\\n$`,
    ),
  );

  const wrong = await workspace.maestro(["decide", run, "revew", "-i", "send=true"]);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain(`"revew" of run ${run} is no open checkpoint: open are "review".`);
  expect(wrong.stderr).toContain('did you mean "review"?');
  const unfit = await workspace.maestro(["decide", run, "-i", "send=perhaps"]);
  expect(unfit.code).not.toBe(0);
  expect(unfit.stderr).toContain("send");

  const decided = await workspace.maestro([
    "decide",
    run,
    "-i",
    "send=true",
    "-i",
    "note=thanks",
    "--by",
    "ada",
  ]);

  expect(decided.stderr).toBe("");
  expect(decided.code).toBe(0);
  expect(decided.stdout).toMatch(/sent: sent, thanks\n$/);
  expect((await workspace.maestro(["checkpoints"])).stdout).toBe("no checkpoint is open\n");
  const again = await workspace.maestro(["decide", run, "-i", "send=false"]);
  expect(again.code).not.toBe(0);
  expect(again.stderr).toContain("has ended");
});
