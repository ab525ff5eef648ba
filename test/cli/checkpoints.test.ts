import { DatabaseSync } from "node:sqlite";
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

const PAYING = `import { existsSync, writeFileSync } from "node:fs";
import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const pay = task({
  input: {},
  output: z.string(),
  retry: "never",
  run: async () => {
    if (existsSync("begun")) return "paid";
    writeFileSync("begun", "");
    await new Promise((resolve) => setTimeout(resolve, 600_000));
    return "";
  },
});

export default defineScore({ id: "paying", nodes: { pay }, output: { paid: pay.output } });
`;
const playing = (id: string, played: string) => `import { defineScore, score } from "maestro-ts";
import played from "./${played}.ts";

const one = score(played, { input: {} });

export default defineScore({ id: "${id}", nodes: { one }, output: { one: one.output } });
`;

/** The run that a step plays, as `maestro runs show` names it. */
const playedBy = (shown: string) => /… one +score {2}(run_\w+)/.exec(shown)![1]!;

test("a decision that a played run asks for is asked for, and made, in the name of that run", async () => {
  const { maestro } = makeCliWorkspace({
    "scores/letter.ts": SCORE,
    "scores/between.ts": playing("between", "letter"),
    "scores/whole.ts": playing("whole", "between"),
  });

  const parked = await maestro(["run", "whole"]);
  const whole = /run_\w+/.exec(parked.stdout)![0];
  const between = playedBy((await maestro(["runs", "show", whole])).stdout);
  const letter = playedBy((await maestro(["runs", "show", between])).stdout);

  expect(parked.stderr).toBe(
    `waiting for a decision: "review" of ${letter}\n  hint: maestro checkpoints, then: maestro decide ${letter} review --input …\n`,
  );
  const wrong = await maestro(["decide", whole, "-i", "send=true"]);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain(`Run ${whole} has no open checkpoint.`);
  expect(wrong.stderr).toContain(
    `hint: ${letter}, which it plays, asks: maestro decide ${letter} review --input …`,
  );
  const decided = await maestro(["decide", letter, "review", "-i", "send=true", "-i", "note=thanks"]);
  expect(decided).toMatchObject({ code: 0, stderr: "" });
  expect(decided.stdout).toContain("sent, thanks");
});

test("what became of a step of a played run is asked for in the name of that run, and is no decision", async () => {
  const { maestro, has } = makeCliWorkspace({
    "scores/paying.ts": PAYING,
    "scores/between.ts": playing("between", "paying"),
    "scores/whole.ts": playing("whole", "between"),
  });
  const killed = maestro(["run", "whole"]);
  await expect.poll(() => has("begun"), { timeout: 20_000 }).toBe(true);
  killed.child.kill("SIGKILL");
  const whole = /run_\w+/.exec((await killed).stdout)![0];

  const asked = await maestro(["resume", whole]);
  const between = playedBy((await maestro(["runs", "show", whole])).stdout);
  const paying = playedBy((await maestro(["runs", "show", between])).stdout);

  expect(asked.code).toBe(1);
  expect(asked.stderr).toBe(
    `paused: "pay" of ${paying} was interrupted and may have taken effect\n  hint: find out, then: maestro resume ${paying} --redo pay (or --give pay=@output.json, or --fail pay), then: maestro resume ${whole}\n`,
  );
  expect(await maestro(["resume", paying, "--redo", "pay"])).toMatchObject({ code: 0, stderr: "" });
  const ended = await maestro(["resume", whole]);
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain("paid");
});

test("a decision that comes after the checkpoint's time counts while no process has noticed, and says so", async () => {
  const { maestro, path } = makeCliWorkspace({ "scores/letter.ts": SCORE });
  const run = /run_\w+/.exec((await maestro(["run", "letter"])).stdout)![0];
  const db = new DatabaseSync(path(".maestro/maestro.db"));
  db.exec("update steps set info = json_set(info, '$.until', 1000) where key = 'review'");
  db.close();

  const decided = await maestro(["decide", run, "-i", "send=true", "-i", "note=thanks"]);

  expect(decided).toMatchObject({
    code: 0,
    stderr:
      '"review" was to be decided by 1970-01-01T00:00:01.000Z: no process was up then, so this still counts\n',
  });
  expect(decided.stdout).toMatch(/sent: sent, thanks\n$/);
});
