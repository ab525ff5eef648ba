import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const LETTER = `import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const draft = task({ input: {}, output: z.string(), run: () => "Dear Ada" });
const review = checkpoint({ title: "Send it?", show: draft.output, decision: z.object({ send: z.boolean() }) });

export const letter = defineScore({ id: "letter", nodes: { draft, review }, output: review.output.send });
export default letter;
`;

const POST = `import { defineScore, score } from "maestro-ts";
import { letter } from "./letter.ts";

const written = score(letter, { input: {} });

export default defineScore({ id: "post", nodes: { written }, output: written.output });
`;

async function park() {
  const workspace = makeCliWorkspace({ "scores/letter.ts": LETTER, "scores/post.ts": POST });
  const parked = await workspace.maestro(["run", "post"]);
  expect(parked.stderr).toContain("waiting for a decision");
  const rows = JSON.parse((await workspace.maestro(["runs", "--json"])).stdout) as {
    readonly id: string;
    readonly score: string;
  }[];
  const idOf = (score: string) => rows.find((row) => row.score === score)!.id;
  return { maestro: workspace.maestro, post: idOf("post"), letter: idOf("letter") };
}

test("a run is cancelled for good, with the one that it plays, and only when it is said twice", async () => {
  const { maestro, post, letter } = await park();

  const asked = await maestro(["cancel", post]);
  expect(asked.code).toBe(2);
  expect(asked.stderr).toBe(
    `${post} of post, waiting: 0 steps have completed. A cancelled run keeps what it did, and can never go on.\nto cancel it: maestro cancel ${post} --yes\n`,
  );
  expect((await maestro(["runs", "--status", "cancelled"])).stdout).toContain("no run is like that");

  const cancelled = await maestro([
    "cancel",
    post,
    "--yes",
    "--reason",
    "called off",
    "--by",
    "ada",
    "--json",
  ]);
  expect(cancelled.stderr).toBe("");
  expect(cancelled.code).toBe(0);
  expect(JSON.parse(cancelled.stdout)).toEqual({ cancelled: [post, letter] });

  expect((await maestro(["checkpoints"])).stdout).toBe("no checkpoint is open\n");
  expect((await maestro(["resume"])).stdout).toBe("nothing to resume: every run has ended\n");
  const shown = (await maestro(["runs", "show", letter])).stdout;
  expect(shown).toContain('reason    {"cancelled":"called off","by":"ada"}');
  expect(shown).toMatch(/✓ draft/);
  expect(shown).toMatch(/! review .*its run was cancelled/);
  for (const words of [
    ["cancel", post, "--yes"],
    ["resume", post],
    ["decide", letter, "-i", "send=true"],
  ]) {
    const refused = await maestro(words);
    expect(refused.code, words.join(" ")).not.toBe(0);
    expect(refused.stderr).toContain("has ended: it is cancelled");
  }
});

test("when a run that another plays is cancelled, the step that plays it fails", async () => {
  const { maestro, post, letter } = await park();

  expect((await maestro(["cancel", letter])).stderr).toContain(
    `It is played by ${post}/written: that step fails when its run goes on.`,
  );
  const cancelled = await maestro(["cancel", letter, "--yes"]);
  expect(cancelled.stdout).toBe(`${letter} is cancelled\n`);

  const resumed = await maestro(["resume", post]);
  expect(resumed.code).toBe(1);
  expect(resumed.stderr).toContain(`run ${letter}: it was cancelled`);
});
