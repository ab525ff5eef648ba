import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { LogFiles } from "../../src/cli/logs/log-files.ts";
import { main } from "../../src/cli/main.ts";
import { toYesOrNo } from "../../src/cli/to-yes-or-no.ts";
import { defineScore, task } from "../../src/index.ts";
import { serveControl } from "../../src/services/serve-control.ts";
import { openHall } from "../engine/hall.ts";
import { fakeIo } from "./fake-io.ts";
import { type CliWorkspace, makeCliWorkspace } from "./workspace.ts";

const LETTER = `import { appendFileSync, existsSync } from "node:fs";
import { checkpoint, defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const given = input(z.object({ name: z.string() }));
const review = checkpoint({ title: "Send it?", show: given.name, decision: z.object({ send: z.boolean(), note: z.string().optional() }), timeout: "never", onTimeout: "reject" });
const sent = task({
  input: { name: given.name, send: review.output.send, note: review.output.note },
  output: z.string(),
  run: ({ input: { name, send, note }, log }) => {
    log("asked", { send });
    return [name, send ? "sent" : "kept", note].filter(Boolean).join(" ");
  },
});

export default defineScore({ id: "letter", input: given, nodes: { review, sent }, output: sent.output });
`;
const COUNT = `import { checkpoint, defineScore } from "maestro-ts";
import { z } from "zod";

const many = checkpoint({ title: "How many?", decision: z.object({ n: z.number() }), timeout: "never", onTimeout: "reject" });

export default defineScore({ id: "count", nodes: { many }, output: many.output.n });
`;
const FLAKY = `import { existsSync } from "node:fs";
import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const first = task({ input: {}, output: z.number(), run: ({ log }) => { log("first"); return 1; } });
const second = task({ input: { n: first.output }, output: z.number(), run: ({ input }) => {
  if (!existsSync("mended")) throw new Error("not yet");
  return input.n + 1;
} });

export default defineScore({ id: "flaky", nodes: { first, second }, output: second.output });
`;

const LONG_MS = 120_000;

/** The runs' ids, by what they are for. */
async function begin({ maestro }: CliWorkspace, ...words: string[]): Promise<string> {
  return /run_\w+/.exec((await maestro(["run", ...words])).stdout)![0];
}

test("checkpoints that ask for yes or no are approved and rejected by their run or their name", {
  timeout: LONG_MS,
}, async () => {
  const workspace = makeCliWorkspace({ "scores/letter.ts": LETTER, "scores/count.ts": COUNT });
  const { maestro } = workspace;
  const ada = await begin(workspace, "letter", "-i", "name=ada");
  const bob = await begin(workspace, "letter", "-i", "name=bob");

  const several = await maestro(["approve", "review"]);
  expect(several).toMatchObject({ code: 2, stdout: "" });
  expect(several.stderr).toBe(
    `error MR2093: 2 open checkpoints could be meant:\n  ${ada} review\n  ${bob} review\n  hint: name its run and step: maestro approve ${ada} review\n`,
  );
  expect((await maestro(["approve"])).stderr).toContain("MR2093");
  const misspelt = await maestro(["reject", "revew"]);
  expect(misspelt).toMatchObject({ code: 2 });
  expect(misspelt.stderr).toContain('did you mean "review"?');
  expect((await maestro(["approve", "run_00"])).stderr).toContain('MR2003: There is no run "run_00"');

  const approved = await maestro(["approve", ada, "-i", "note=gladly", "--by", "eve", "--quiet"]);
  expect(approved).toMatchObject({ code: 0, stdout: '"ada sent gladly"\n', stderr: "" });
  const rejected = await maestro(["reject", "review", "--quiet"]);
  expect(rejected).toMatchObject({ code: 0, stdout: '"bob kept"\n', stderr: "" });
  expect((await maestro(["approve", ada])).stderr).toContain("has ended");

  const count = await begin(workspace, "count");
  const unclear = await maestro(["approve", count]);
  expect(unclear).toMatchObject({ code: 2 });
  expect(unclear.stderr).toContain(`maestro decide ${count} many --input …`);
});

describe("what yes and no mean", () => {
  const boolean = { type: "boolean" };
  test.each([
    ["true or false", boolean, { yes: true, no: false }],
    [
      "a field",
      { properties: { send: boolean, note: { type: "string" } } },
      { field: "send", yes: true, no: false },
    ],
    ["two words", { enum: ["reject", "approve"] }, { yes: "approve", no: "reject" }],
    [
      "the field of that name",
      { properties: { urgent: boolean, approved: boolean } },
      { field: "approved", yes: true, no: false },
    ],
    ["two fields", { properties: { a: boolean, b: boolean } }, undefined],
    ["three words", { enum: ["yes", "no", "later"] }, undefined],
    ["no schema", undefined, undefined],
  ])("to %s", (_what, schema, expected) => {
    expect(toYesOrNo(schema as never)).toEqual(expected);
  });
});

test.each([
  [["runs", "--since", "yesterday"], "--since yesterday is neither a time such as 7d or 24h nor a date"],
  [["runs", "--since", "1d", "--until", "2d"], "--since 1d is not before --until 2d."],
  [["runs", "--limit", "0"], "--limit 0 is not a whole number from 1 to 10000."],
  [["runs", "--status", "lost"], "Allowed choices are queued, running"],
  [["logs", "--lines", "-1"], "--lines -1 is neither a whole number from 1 nor all."],
  [["logs", "--level", "loud"], "Allowed choices are debug, info, warn, error."],
  [["approve", "a", "b", "c"], "too many arguments"],
])("%j is refused in a sentence", async (words, expected) => {
  const said: string[] = [];

  expect(await main(words, fakeIo(tmpdir(), { warn: (line) => said.push(line) }))).toBe(2);

  expect(said.join("\n")).toContain(expected);
});

test("what failed is retried in a new run, and what went well is taken over", {
  timeout: LONG_MS,
}, async () => {
  const workspace = makeCliWorkspace({ "scores/flaky.ts": FLAKY });
  const { maestro } = workspace;
  const failed = await begin(workspace, "flaky");
  workspace.write("mended", "");

  const retried = await maestro(["retry", failed, "--json"]);

  expect(retried.code).toBe(0);
  const events = retried.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; step?: string });
  expect(events.filter(({ type }) => type === "log")).toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: "run.completed", output: 2 });
  const again = await maestro(["retry", (events[0] as unknown as { run: string }).run]);
  expect(again).toMatchObject({ code: 2 });
  expect(again.stderr).toContain("MR2019");
  // The log of a run, in lines as the orchestrator's own.
  const logs = await maestro(["logs", failed, "--json"]);
  expect(
    logs.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { level: "info", event: "first", run: failed, step: "first" },
    { level: "error", event: "failed", run: failed, step: "second", message: "not yet" },
  ]);
  expect((await maestro(["logs", failed, "--level", "error"])).stdout).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d failed {2}run=run_\w+ step=second code=MR3009 message="not yet"\n$/,
  );
});

test("a run's log is followed from another process until the run has ended", {
  timeout: LONG_MS,
}, async () => {
  const config =
    'import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ store: { file: ".maestro/m.db" } });\n';
  const workspace = makeCliWorkspace({ "maestro.config.ts": config, ".maestro/logs/none": "" });
  const hall = await openHall(workspace.path(".maestro"));
  const gate = Promise.withResolvers<void>();
  const slow = task({
    input: {},
    output: z.number(),
    run: async ({ log }) => {
      log("begun", { n: 1 });
      await gate.promise;
      log("going on");
      return 1;
    },
  });
  const made = defineScore({ id: "slow", nodes: { slow }, output: slow.output });
  const owned = { ...hall, clock: { now: Date.now }, isHost: false, playableOf: () => hall.prepare(made) };
  const server = await serveControl(workspace.path(".maestro/m.db"), owned);
  onTestFinished(() => server?.close());
  const play = await hall.start(made);
  const io = fakeIo(workspace.root, { onInterrupt: () => () => {} });

  const following = main(["logs", play.id, "--follow"], io);
  await expect.poll(() => io.written.join(""), { timeout: 30_000 }).toContain(" begun  run=");
  expect(io.written.join("")).not.toContain("going on");
  gate.resolve();

  expect(await following).toBe(0);
  expect(io.written.join("").replaceAll(/run_\w+|\d{4}-\S+ \S+/g, "…")).toBe(
    '… begun  run=… step=slow data={"n":1}\n… going on  run=… step=slow\n… completed  run=…\n',
  );
});

test("a log is read on through files that are begun and files that are gone", () => {
  const folder = mkdtempSync(join(tmpdir(), "maestro-logs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const put = (number: number, text: string) =>
    appendFileSync(join(folder, `orchestrator.${number}.log`), text);
  const files = new LogFiles(folder);
  onTestFinished(() => files.close());
  expect([...files.read()]).toEqual([]);
  put(9, "a\nb\nhalf of ");

  expect([...files.read()]).toEqual(["a", "b"]);
  put(9, "ä line\nlast of 9\n");
  put(10, "first of 10\n");
  rmSync(join(folder, "orchestrator.9.log"));
  put(11, "first of 11\n");
  put(12, "€\n");

  expect([...files.read()]).toEqual(["half of ä line", "last of 9", "first of 10", "first of 11", "€"]);
  expect([...files.read()]).toEqual([]);
});
