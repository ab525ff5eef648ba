import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { main } from "../../src/cli/main.ts";
import { catalogue } from "../../src/diagnostics/catalogue.ts";
import { isDeployCode } from "../../src/diagnostics/deploy-codes.ts";
import type { Diagnostic } from "../../src/diagnostics/index.ts";
import { toPretty } from "../../src/diagnostics/print/pretty.ts";
import { weigh } from "../../src/operations/deploy-rules/weigh.ts";
import { fakeIo } from "../cli/fake-io.ts";
import { makeWorkspace, type TestWorkspace } from "../compile/workspace.ts";

const BAD = fileURLToPath(new URL("./bad", import.meta.url));
const UPDATE = process.env.UPDATE_GOLDEN === "1";
const folders = readdirSync(BAD).sort();

/** The command line in this process: that many of them would take that many starts. */
async function maestro(workspace: TestWorkspace, ...words: string[]) {
  return maestroWith(workspace, {}, ...words);
}

async function maestroWith(workspace: TestWorkspace, rest: Partial<Io>, ...words: string[]) {
  const warned: string[] = [];
  const io = fakeIo(workspace.root, {
    env: { CRM_KEY: "not-a-real-key" },
    warn: (text) => void warned.push(text),
    onInterrupt: () => () => {},
    onHangup: () => () => {},
    captureOutput: () => () => {},
    watchProcess: () => () => {},
    ...rest,
  });
  const code = await main(words, io);
  return { code, stdout: io.written.join(""), stderr: warned.join("\n") };
}

/** Names of the definitions that a case has, in either state: what is found is about one of them. */
function idsIn(folder: string): string[] {
  return ["before", "after"].flatMap((state) =>
    ["scores", "orchestras"].flatMap((kind) => {
      const path = join(BAD, folder, state, kind);
      return existsSync(path) ? readdirSync(path).map((file) => file.replace(/\.ts$/, "")) : [];
    }),
  );
}

function readJson<T>(folder: string, file: string): T | undefined {
  const path = join(BAD, folder, file);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : undefined;
}

/** What is deployed as an author's files were before; each orchestra has a run that has gone as far as it goes. */
async function deployBefore(workspace: TestWorkspace): Promise<void> {
  for (const folder of folders) cpSync(join(BAD, folder, "before"), workspace.root, { recursive: true });
  const deployed = await maestro(workspace, "deploy", "--yes");
  expect(deployed.stderr).toBe("");
  for (const folder of folders) {
    for (const file of readdirSync(join(BAD, folder, "before/orchestras")))
      await maestro(workspace, "orchestras", "run-now", file.replace(/\.ts$/, ""), "--quiet");
    for (const id of readJson<string[]>(folder, "enabled.json") ?? [])
      await maestro(workspace, "orchestras", "enable", id);
    const past = readJson<Past>(folder, "history.json");
    if (past) await makePast(workspace, idsIn(folder), past);
    const format = readJson<number>(folder, "format.json");
    if (format !== undefined) reformat(workspace, idsIn(folder)[0]!, format);
  }
}

/** So many runs that took so long. */
interface Past {
  readonly runs: number;
  readonly minutes: number;
}

async function makePast(workspace: TestWorkspace, [score, orchestra]: string[], past: Past): Promise<void> {
  for (let i = 1; i < past.runs; i++)
    await maestro(workspace, "orchestras", "run-now", orchestra!, "--quiet");
  const database = new DatabaseSync(workspace.path(".maestro/maestro.db"));
  database
    .prepare("UPDATE runs SET started_at = ended_at - ?, created_at = ended_at - ? WHERE score = ?")
    .run(past.minutes * 60_000, past.minutes * 60_000, score!);
  database.close();
}

/** As a newer version would have deployed it. */
function reformat(workspace: TestWorkspace, score: string, format: number): void {
  const database = new DatabaseSync(workspace.path(".maestro/maestro.db"));
  database
    .prepare("UPDATE deployments SET plan = json_set(plan, '$.format', ?) WHERE score = ?")
    .run(format, score);
  database.close();
}

function changeToAfter(workspace: TestWorkspace): void {
  for (const folder of folders) {
    const after = join(BAD, folder, "after");
    if (existsSync(after)) cpSync(after, workspace.root, { recursive: true });
    const gone = join(BAD, folder, "gone.txt");
    const files = existsSync(gone) ? readFileSync(gone, "utf8").split("\n").filter(Boolean) : [];
    for (const file of files) rmSync(workspace.path(file));
  }
}

let workspace: TestWorkspace;
let found: readonly Diagnostic[];

beforeAll(async () => {
  workspace = makeWorkspace();
  await deployBefore(workspace);
  changeToAfter(workspace);
  found = JSON.parse((await maestro(workspace, "plan", "--migrate", "--json")).stdout).findings;
  return () => workspace[Symbol.dispose]();
}, 300_000);

function about(folder: string, all: readonly Diagnostic[]): readonly Diagnostic[] {
  const ids = idsIn(folder);
  return all.filter(({ subject }) => ids.includes(subject!.split(".")[0]!));
}

describe("a deploy over runs that have not ended gives what stands in its expected.txt", () => {
  test.each(folders)("%s", (folder) => {
    const source = (file: string) => {
      const path = join(workspace.root, file);
      return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    };
    const stable = (printed: string) => printed.replace(/run_[0-9a-f]{32}/g, `run_${"0".repeat(32)}`);

    const diagnostics = about(folder, found);

    const text = stable(
      `${diagnostics.map((one) => toPretty(one, { source, color: false })).join("\n\n")}\n`,
    );
    expectFile(join(BAD, folder, "expected.txt"), text);
    expectFile(join(BAD, folder, "expected.json"), stable(`${JSON.stringify(diagnostics, undefined, 2)}\n`));
    const code = folder.slice(0, 6) as keyof typeof catalogue;
    expect(diagnostics.find((one) => one.code === code)?.severity).toBe(catalogue[code].severity);
    expect(text).not.toContain(workspace.root);
  });
});

function expectFile(path: string, text: string): void {
  if (UPDATE) writeFileSync(path, text);
  expect(text).toBe(existsSync(path) ? readFileSync(path, "utf8") : "");
}

test("what breaks runs that stay with their code only tells, and what does not stay with them counts", () => {
  const stays = found.map(weigh(false));

  const errors = stays.filter(({ severity }) => severity === "error").map(({ code }) => code);
  expect([...new Set(errors)].sort()).toEqual(["MS4012", "MS5011", "MS5013"]);
  expect(stays.find(({ code }) => code === "MS4014")).toMatchObject({ severity: "warning" });
  expect(found.filter(({ severity }) => severity === "error").length).toBeGreaterThan(errors.length);
});

test("every code of a deploy has a golden folder", () => {
  const shown = new Set(folders.map((folder) => folder.slice(0, 6)));

  expect(Object.keys(catalogue).filter((code) => isDeployCode(code) && !shown.has(code))).toEqual([]);
});

test("a deploy asks on a terminal, and does nothing without a yes", async () => {
  using own = makeWorkspace(join(BAD, "MS5002-renamed-node/before"));
  const answering = (answer: string): Partial<Io> => ({
    isTerminal: true,
    size: () => ({ columns: 100, rows: 40 }),
    async *lines() {
      yield answer;
    },
  });

  const refused = await maestroWith(own, answering("no"), "deploy");
  const planned = await maestro(own, "plan", "--exit-code");
  const agreed = await maestroWith(own, answering("yes"), "deploy");

  expect(refused).toMatchObject({ code: 2, stderr: "nothing was deployed; to do it: maestro deploy --yes" });
  expect(refused.stdout).toMatch(/0 as they are\n\ndeploy this\? Type yes: $/);
  expect(planned.code).toBe(2);
  expect(agreed).toMatchObject({ code: 0, stderr: "" });
  expect(agreed.stdout).toContain("deployed: 1 created");
});

test("a deploy that moves runs lets those at rest go on with the new code, and is refused where one would break, for which moving it alone shows the same", async () => {
  using own = makeWorkspace(join(BAD, "MS5002-renamed-node/before"));
  const score = readFileSync(own.path("scores/thank-you.ts"), "utf8");
  await maestro(own, "deploy", "--yes");
  await maestro(own, "orchestras", "run-now", "thank-you-daily", "--quiet");

  own.write("scores/thank-you.ts", score.replaceAll("draft", "letter"));
  const refused = await maestro(own, "deploy", "--migrate", "--yes");
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("MR2062") });
  const planned = JSON.parse((await maestro(own, "plan", "--migrate", "--json")).stdout);
  const [run] = planned.orchestras[0].runs as { id: string }[];
  const looked = JSON.parse((await maestro(own, "migrate", run!.id, "--to", "live", "--json")).stdout);
  expect(looked.findings).toEqual(planned.findings);
  expect(looked).toMatchObject({ isDone: false, findings: [{ code: "MS5002", severity: "error" }] });
  own.write("scores/thank-you.ts", score.replace("Send it?", "Send it now?"));
  const staying = JSON.parse((await maestro(own, "deploy", "--yes", "--json")).stdout);
  const moving = JSON.parse((await maestro(own, "deploy", "--migrate", "--yes", "--json")).stdout);

  expect(staying).toMatchObject({ findings: [], done: { changed: 1 } });
  const [{ runs }] = staying.orchestras;
  expect(runs).toMatchObject([{ status: "waiting", effect: "compatible" }]);
  expect(moving).toMatchObject({ hasChanges: false, done: { changed: 0 }, moved: [runs[0].id], stayed: [] });
  const again = JSON.parse((await maestro(own, "plan", "--migrate", "--json")).stdout);
  expect(again.orchestras[0].runs).toMatchObject([{ effect: "same" }]);
});
