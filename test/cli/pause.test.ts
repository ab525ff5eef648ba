import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const LETTER = `import { checkpoint, defineScore } from "maestro-ts";
import { z } from "zod";

const review = checkpoint({ title: "Send it?", decision: z.object({ send: z.boolean() }), timeout: "never", onTimeout: "reject", phase: "asking" });

export default defineScore({ id: "letter", phases: ["asking"], nodes: { review }, output: review.output.send });
`;

test("a run that waits is held until it is resumed by name, also when it is decided meanwhile", async () => {
  const { maestro } = makeCliWorkspace({ "scores/letter.ts": LETTER });
  const run = /run_\w+/.exec((await maestro(["run", "letter", "--by", "dee"])).stdout)![0];

  const paused = await maestro(["pause", run, "--by", "ada", "--reason", "not before Monday"]);

  expect(paused).toMatchObject({ code: 0, stdout: `${run} is paused; go on with: maestro resume ${run}\n` });
  const line = `${run} is paused by ada: not before Monday; go on with: maestro resume ${run}\n`;
  expect(await maestro(["resume"])).toMatchObject({ code: 0, stdout: "", stderr: line });
  expect((await maestro(["runs", "--status", "paused"])).stdout).toContain(run);
  expect((await maestro(["runs", "show", run])).stdout).toContain(
    'reason    {"paused":{"by":"ada","reason":"not before Monday"}}',
  );
  expect((await maestro(["runs", "show", run])).stdout).toContain("phases    asking 0/1\n");
  expect((await maestro(["checkpoints"])).stdout).toContain(`maestro decide ${run} review`);
  expect(await maestro(["decide", run, "-i", "send=true", "--by", "bob"])).toMatchObject({
    code: 0,
    stderr: line,
  });

  const resumed = await maestro(["resume", run, "--quiet", "--by", "cleo"]);
  expect(resumed).toMatchObject({ code: 0, stdout: "true\n" });
  const refused = await maestro(["pause", run]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("MR2008");
  const { stdout } = await maestro(["runs", "show", run]);
  for (const [what, who] of [
    ["run", "dee"],
    ["pause", "ada"],
    ["decide", "bob"],
    ["resume", "cleo"],
  ])
    expect(stdout).toMatch(new RegExp(`^  ${what} +by ${who} \\(cli\\)  \\d{4}-`, "m"));
  expect(stdout).toContain("phases    asking 1/1\n");
});
