import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { type CliWorkspace, makeCliWorkspace } from "./workspace.ts";

/** Writes a line, waits for an hour or for what is left of it, and writes another one. */
const WAITING = `import { defineScore, input, task, wait } from "maestro-ts";
import { appendFileSync } from "node:fs";
import { z } from "zod";

const start = input(z.object({ name: z.string() }));
const before = task({ input: start.name, output: z.string(), run: ({ input }) => input });
const hour = wait({ for: "1h", after: [before] });
const after = task({ input: before.output, after: [hour], output: z.string(), run: ({ input }) => {
  appendFileSync("ledger", input + "\\n");
  if (input === "bad") throw new Error("bad news");
  return input;
} });

export default defineScore({ id: "waiting", input: start, nodes: { before, hour, after }, output: after.output });
`;

/** A run that is stopped while it waits; gives its id. */
async function begun({ maestro }: CliWorkspace, name: string): Promise<string> {
  const run = maestro(["run", "waiting", "-i", `name=${name}`, "--json"]);
  await run.said('"step.waiting"');
  run.child.kill("SIGINT");
  return /run_\w+/.exec((await run).stdout)![0];
}

/** The hour of a run is over. */
function endHour({ path }: CliWorkspace, run: string): void {
  const db = new DatabaseSync(path(".maestro/maestro.db"));
  const { changes } = db
    .prepare("update steps set info = json_set(info, '$.until', 1) where run_id = ? and key = 'hour'")
    .run(run);
  db.close();
  expect(changes).toBeGreaterThan(0);
}

describe("maestro resume without a name", () => {
  test("lets no run wait for one that waits, and says of each line which run it is of", async () => {
    const workspace = makeCliWorkspace({ "scores/waiting.ts": WAITING });
    const patient = await begun(workspace, "patient");
    const late = await begun(workspace, "late");
    endHour(workspace, late);

    const resumed = workspace.maestro(["resume"]);
    await resumed.said(`${late}  output: late\n`);
    resumed.child.kill("SIGINT");

    const { code, stdout, stderr } = await resumed;
    expect(code).toBe(130);
    for (const line of stdout.trimEnd().split("\n")) expect(line).toMatch(/^run_\w{32} {2}\S?/);
    expect(stdout).toContain(`${patient}  waiting  ${patient}  resumed\n`);
    expect(stderr).toMatch(/^stopping: [^\n]*\n/);
    expect(stderr).toContain(`${patient}  stopped; go on with: maestro resume ${patient}\n`);
    expect(stderr).not.toContain(`maestro resume ${late}`);
  });

  test("ends as the worst of them, one JSON line for each event of any", async () => {
    const workspace = makeCliWorkspace({ "scores/waiting.ts": WAITING });
    const runs = [await begun(workspace, "bad"), await begun(workspace, "good")];
    for (const run of runs) endHour(workspace, run);

    const { code, stdout } = await workspace.maestro(["resume", "--json"]);

    expect(code).toBe(1);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const ends = events.filter(({ type }) => /^run\.(completed|failed)$/.test(type));
    expect(new Map(ends.map(({ run, type }) => [run, type]))).toEqual(
      new Map([
        [runs[0], "run.failed"],
        [runs[1], "run.completed"],
      ]),
    );
  });

  test("plays no more at once than the configuration says, the others wait in the queue", async () => {
    const workspace = makeCliWorkspace({ "scores/waiting.ts": WAITING });
    const runs = [await begun(workspace, "a"), await begun(workspace, "b")];
    for (const run of runs) endHour(workspace, run);
    workspace.write(
      "maestro.config.ts",
      'import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ store: { durability: "process" }, limits: { runs: 1 } });\n',
    );

    const { code, stdout } = await workspace.maestro(["resume"]);

    expect(code).toBe(0);
    expect(stdout).toContain(`${runs[1]}  queued: waits for`);
    expect(workspace.read("ledger")).toBe("a\nb\n");
  });
});
