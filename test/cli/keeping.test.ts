import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { toCsv } from "../../src/cli/export/to-csv.ts";
import { loadSettings } from "../../src/cli/load-workspace.ts";
import { main } from "../../src/cli/main.ts";
import { artifact, checkpoint, defineScore, task } from "../../src/index.ts";
import { serveControl } from "../../src/services/serve-control.ts";
import { inspectBackup } from "../../src/store/restore.ts";
import { newId } from "../../src/support/ids.ts";
import { openHall } from "../engine/hall.ts";
import { fakeIo } from "./fake-io.ts";
import { makeCliWorkspace } from "./workspace.ts";

const LONG_MS = 120_000;
const CONFIG = `import { defineConfig, env, openaiCompatible } from "maestro-ts";

export default defineConfig({
  store: { file: ".maestro/m.db" },
  providers: { acme: openaiCompatible({ name: "acme", baseURL: "http://127.0.0.1:9", apiKey: env("ACME_KEY") }) },
  retention: { runs: "30d", failed: "never" },
});
`;
const KEY = "acme-canary-7261fe0b";

/** A workspace whose store is owned by this process, which others ask. */
async function openOwner(files: Readonly<Record<string, string>> = {}) {
  const workspace = makeCliWorkspace({ "maestro.config.ts": CONFIG, ".maestro/none": "", ...files });
  const hall = await openHall(workspace.path(".maestro"));
  const owned = {
    ...hall,
    clock: { now: Date.now },
    isHost: false,
    playableOf: () => Promise.reject(new Error("nothing goes on here")),
  };
  const server = await serveControl(workspace.path(".maestro/m.db"), owned);
  onTestFinished(() => server?.close());
  const maestro = async (...words: string[]) => {
    const said: string[] = [];
    const io = fakeIo(workspace.root, { env: { ACME_KEY: KEY }, warn: (line) => said.push(line) });
    const code = await main(words, io);
    return { code, stdout: io.written.join(""), stderr: said.join("\n") };
  };
  return { ...workspace, ...hall, maestro };
}

const draft = task({
  input: {},
  output: z.string(),
  run: ({ log }) => {
    log("writing", { key: KEY });
    return `Dear Ada, ${KEY}`;
  },
});
const letter = artifact({ name: "a letter/1", value: draft.output });
const review = checkpoint({
  title: "Send it?",
  decision: z.object({ send: z.boolean() }),
  timeout: "1d",
  onTimeout: "reject",
});
const letters = defineScore({
  id: "letters",
  nodes: { draft, letter, review },
  output: { letter: letter.output },
});

test("what is kept is exported, forgotten and backed up while its owner goes on", {
  timeout: LONG_MS,
}, async () => {
  const owner = await openOwner();
  const play = await owner.start(letters);
  await play.ending;
  const resumed = await owner.resume(letters, play.id);
  expect(await resumed.decide("review", { value: { send: true }, by: "ada" })).toBe(true);
  await resumed.ending;

  // One run, as lines and as a folder.
  const whole = await owner.maestro("export", play.id);
  expect(whole.stderr).toBe("");
  const lines = whole.stdout;
  const records = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(records[0]).toMatchObject({
    is: "run",
    id: play.id,
    score: "letters",
    status: "completed",
    input: {},
  });
  expect(records.filter(({ is }) => is === "step").map(({ key }) => key)).toEqual([
    "draft",
    "letter",
    "review",
  ]);
  expect(records.filter(({ is }) => is === "decision")).toMatchObject([
    { step: "review", by: "ada", decision: { send: true } },
  ]);
  expect(records.filter(({ is, type }) => is === "event" && type === "log")).toMatchObject([
    { step: "draft", data: { message: "writing" } },
  ]);
  // The author has given it away; what this process knows for a secret does not go on from here.
  expect(lines).not.toContain(KEY);
  expect(lines).toContain("Dear Ada, [secret:ACME_KEY]");
  const folder = owner.path("out");
  expect(await owner.maestro("export", play.id, "--out", "out")).toMatchObject({ code: 0, stdout: "" });
  expect(readdirSync(folder).sort()).toEqual([
    "artifacts",
    "decisions.jsonl",
    "events.jsonl",
    "run.jsonl",
    "steps.jsonl",
  ]);
  expect(readFileSync(join(folder, "artifacts/a-letter-1.txt"), "utf8")).toBe("Dear Ada, [secret:ACME_KEY]");
  expect(statSync(join(folder, "steps.jsonl")).mode & 0o777).toBe(0o600);
  expect((await owner.maestro("export", play.id, "--out", "out")).stderr).toContain("out is there already.");
  expect((await owner.maestro("export", play.id, "--format", "csv")).code).toBe(2);

  // Runs as a table.
  const [head, row, ...rest] = (
    await owner.maestro("export", "--since", "1d", "--format", "csv")
  ).stdout.split("\r\n");
  expect(head).toBe(
    "id,score,status,orchestra,deployment,createdAt,startedAt,endedAt,durationMs,microUsd,unpricedCalls,error",
  );
  expect(row).toMatch(new RegExp(`^${play.id},letters,completed,,deployment-letters,2\\d{3}-.*Z,\\d+,0,0,$`));
  expect(rest).toEqual([""]);

  // A copy beside the owner, which goes on writing.
  const made = await owner.maestro("backup", "copy.db");
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(await inspectBackup(owner.path("copy.db"))).toMatchObject({ runs: 1, open: 0, newest: play.id });
  expect((await owner.maestro("backup", "copy.db")).stderr).toContain("MR2054");
  const looked = await owner.maestro("restore", "copy.db");
  expect(looked).toMatchObject({ code: 2, stdout: "" });
  expect(looked.stderr).toMatch(
    /copy\.db: 1 run, the last of them of 2\d{3}-.*\n.*to restore it: maestro restore copy\.db --yes$/s,
  );
  expect((await owner.maestro("restore", "copy.db", "--yes")).stderr).toContain("MR1007");

  // Too young to be forgotten, as the configuration says; old enough, as the command says.
  expect(await owner.maestro("prune")).toMatchObject({
    code: 0,
    stdout: "no run is old enough to be forgotten\n",
  });
  expect((await owner.maestro("prune", "--dry-run", "--yes")).code).toBe(2);
  expect((await owner.maestro("prune", "--older-than", "soon")).stderr).toContain(
    "--older-than soon is no length of time.",
  );
  const would = await owner.maestro("prune", "--older-than", "1ms");
  expect(would.code).toBe(2);
  expect(would.stdout).toMatch(
    /^ +1 {2}completed {2}letters {2}2\d{3}-\S+ … 2\d{3}-\S+\n1 run would be forgotten, with those that they play\n$/,
  );
  expect(would.stderr).toBe("to forget them: maestro prune --older-than 1ms --yes");
  expect((await owner.store.run(play.id))?.status).toBe("completed");
  expect((await owner.maestro("prune", "--older-than", "1ms", "--yes")).stdout).toContain(
    "1 run forgotten\n",
  );
  expect(await owner.store.listRuns({ limit: 9 })).toEqual([]);
  expect(existsSync(owner.path(".maestro/m.db"))).toBe(true);
});

const BUSY = `import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const LONG = "10m";
const work = task({
  input: {},
  output: z.number(),
  timeout: '60s',
  retry: { attempts: 3 },
  run: () => 1,
});
const more = task({ input: {}, output: z.number(), timeout: LONG, run: () => 1 });

export default defineScore({ id: "busy", nodes: { work, more }, output: { n: work.output, m: more.output } });
`;

test("what runs have shown is suggested with its place in the source, and with what to write there", {
  timeout: LONG_MS,
}, async () => {
  const owner = await openOwner({ "scores/busy.ts": BUSY });
  expect(await owner.maestro("suggest")).toMatchObject({
    code: 0,
    stdout: "nothing to suggest from the runs since 30d\n",
  });
  await owner.store.saveDeployment({ hash: "d", score: "busy", plan: "{}", code: null, createdAt: 1 });
  for (let n = 0; n < 60; n++) {
    const [runId, at] = [newId("run"), Date.now()];
    const run = { id: runId, score: "busy", deployment: "d", input: "{}", parent: null };
    await owner.store.createRun({ ...run, status: "running", createdAt: at, startedAt: at });
    for (const key of ["work", "more"])
      owner.store.noteStep({
        ...{ runId, key, attempt: 1, kind: "task", output: "1", error: null, info: null },
        ...{ status: "completed", startedAt: at, endedAt: at + 700 + n },
      });
    const end = { id: runId, output: null, error: null, reason: null, endedAt: at };
    await owner.store.endRun({ ...end, status: "completed" });
  }

  expect((await owner.maestro("suggest")).stdout).toBe(
    `scores/busy.ts:8:12  busy/work  timeout-too-long
  of 60 attempts the longest took 759 ms, 99 in a hundred 759 ms at most: one that hangs is noticed after 1 min 0 s
  write timeout: "5s"  instead of "1m"
scores/busy.ts:12:61  busy/more  timeout-too-long
  of 60 attempts the longest took 759 ms, 99 in a hundred 759 ms at most: one that hangs is noticed after 10 min 0 s
  let timeout be "5s"  it is "10m", said elsewhere
`,
  );
  const [first] = JSON.parse((await owner.maestro("suggest", "--json")).stdout);
  expect(first.edit).toEqual({
    ...{ file: "scores/busy.ts", line: 8, column: 12, endLine: 8, endColumn: 17, text: '"5s"' },
  });
});

test("cells of a table are quoted where they have to be, and none is taken for a formula", () => {
  expect(toCsv(["a", 1, null, 'say "hi"', "a,b", "=1+1", -1])).toBe('a,1,,"say ""hi""","a,b",\'=1+1,-1\r\n');
});

test("what nobody has asked to be forgotten is kept for ever", async () => {
  const workspace = makeCliWorkspace();

  const { retention } = await loadSettings(fakeIo(workspace.root));

  expect(retention).toEqual({ runsMs: null, failedMs: null });
});
