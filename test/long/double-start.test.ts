import { readFileSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { makeCliWorkspace } from "../cli/workspace.ts";

const STARTS = Number(process.env.STARTS ?? 100);

/** Who plays says so before and after, in a file outside of the store. */
const SCORE = `import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const who = task({
  input: {},
  output: z.int(),
  run: async () => {
    appendFileSync("ledger", process.pid + " in\\n");
    await sleep(5);
    appendFileSync("ledger", process.pid + " out\\n");
    return process.pid;
  },
});

export default defineScore({ id: "who", nodes: { who }, output: who.output });
`;

test(`of ${STARTS} times two processes that start at once, one owns the store each time, the other waits, and both are served`, async () => {
  const workspace = makeCliWorkspace({ "scores/who.ts": SCORE });
  await workspace.maestro(["run", "who"]);
  rmSync(workspace.path("ledger"));
  let waited = 0;

  for (let start = 0; start < STARTS; start++) {
    const both = await Promise.all([
      workspace.maestro(["run", "who", "--quiet"]),
      workspace.maestro(["run", "who", "--quiet"]),
    ]);
    for (const { code, stderr } of both) {
      expect(code, stderr).toBe(0);
      if (stderr.includes("waiting for")) waited++;
    }
  }

  const lines = readFileSync(workspace.path("ledger"), "utf8").trim().split("\n");
  expect(lines).toHaveLength(4 * STARTS);
  // Nobody plays while somebody else does.
  for (let i = 0; i < lines.length; i += 2) expect(lines[i + 1]).toBe(lines[i]!.replace("in", "out"));
  const { stdout } = await workspace.maestro(["runs", "--json", "--limit", "1000"]);
  const runs = JSON.parse(stdout) as { status: string }[];
  expect(runs.filter(({ status }) => status === "completed")).toHaveLength(2 * STARTS + 1);
  console.log(`${STARTS} double starts: one owner each time, ${waited} waited, ${2 * STARTS} runs completed`);
}, 900_000);
