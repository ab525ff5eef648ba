import { expect, onTestFinished, test } from "vitest";
import { hasLivingMembers } from "../../src/players/shell/has-living-members.ts";
import { makeCliWorkspace } from "./workspace.ts";

/** The first time its program works for a minute and does not listen to anybody; the second time it is done at once. */
const DEAF = `import { defineScore, shell } from "maestro-ts";

const deaf = shell({
  script: "if [ -e pid ]; then echo second; exit 0; fi; trap '' TERM; echo $$ > new; mv new pid; sleep 60",
  timeout: "500ms",
  idempotent: true,
  retry: { attempts: 2, backoff: "10ms" },
});

export default defineScore({ id: "deaf", nodes: { deaf }, output: deaf.output.stdout });
`;

/** Its program works for a minute; the task beside it ends the process when that has begun. */
const LEFT = `import { existsSync } from "node:fs";
import { defineScore, shell, task } from "maestro-ts";
import { z } from "zod";

const program = shell({ script: "trap '' TERM; echo $$ > new; mv new pid; sleep 60", timeout: "1m" });
const leaving = task({
  input: {},
  output: z.null(),
  run: async () => {
    while (!existsSync("pid")) await new Promise((resolve) => setTimeout(resolve, 20));
    process.exit(0);
  },
});

export default defineScore({ id: "left", nodes: { program, leaving }, output: leaving.output });
`;

function workspaceOf(scores: Readonly<Record<string, string>>) {
  const workspace = makeCliWorkspace(scores);
  const groupOf = () => Number(workspace.read("pid"));
  onTestFinished(() => {
    if (workspace.has("pid") && isAtWork(groupOf())) process.kill(-groupOf(), "SIGKILL");
  });
  return { ...workspace, groupOf };
}

const isAtWork = (group: number) => {
  try {
    return process.kill(-group, 0) && hasLivingMembers(group);
  } catch {
    return false;
  }
};

const SOON = { timeout: 10_000 };

test("a program that ignores its timeout is killed after 5 s, before it is tried again", async () => {
  const { maestro, groupOf } = workspaceOf({ "scores/deaf.ts": DEAF });
  const begunAt = performance.now();

  const { code, stdout } = await maestro(["run", "deaf"]);

  expect(code).toBe(0);
  expect(stdout).toContain("timed out after 500 ms");
  expect(stdout).toContain("second");
  expect(performance.now() - begunAt).toBeGreaterThan(5_000);
  expect(isAtWork(groupOf())).toBe(false);
});

test("a program in its grace is left by nobody who leaves at once", async () => {
  const { maestro, has, groupOf } = workspaceOf({ "scores/deaf.ts": DEAF });
  const run = maestro(["run", "deaf"]);
  await expect.poll(() => has("pid"), SOON).toBe(true);
  run.child.kill("SIGINT");
  await run.said("stopping");
  expect(isAtWork(groupOf())).toBe(true);

  run.child.kill("SIGINT");

  expect((await run).code).toBe(130);
  await expect.poll(() => isAtWork(groupOf()), SOON).toBe(false);
});

test("a program ends with its process, also when a task ends that", async () => {
  const { maestro, groupOf } = workspaceOf({ "scores/left.ts": LEFT });

  const { code } = await maestro(["run", "left"]);

  expect(code).toBe(1);
  await expect.poll(() => isAtWork(groupOf()), SOON).toBe(false);
});
