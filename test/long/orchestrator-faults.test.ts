import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { BIN, type CliWorkspace, makeCliWorkspace } from "../cli/workspace.ts";

const SOON = { timeout: 120_000, interval: 100 };
const LONG_MS = 1_800_000;
const MINUTE_MS = 60_000;

/** Steps that each write a line to `ledger` before they do anything, and give `bytes` of output. */
const WIDE = `import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineScore, derive, input, map, task } from "maestro-ts";
import { z } from "zod";

const start = input(z.object({ bytes: z.int().default(0), ms: z.int().default(0) }));
const list = derive([start.bytes], () => Array.from({ length: 80 }, (_, i) => i));
const items = map({
  over: list,
  maxItems: 80,
  concurrency: 8,
  each: (n) =>
    task({
      input: { n, bytes: start.bytes, ms: start.ms },
      output: z.string(),
      run: async ({ input, signal }) => {
        appendFileSync("ledger", input.n + "\\n");
        await sleep(existsSync("quick") ? 0 : input.ms, undefined, { signal });
        return String(input.n).repeat(input.bytes).slice(0, input.bytes);
      },
    }),
});
const count = task({ input: { items: items.output }, output: z.int(), run: ({ input }) => input.items.length });

export default defineScore({ id: "wide", input: start, nodes: { items, count }, output: { count: count.output } });
`;
const MINUTELY = `import { defineOrchestra } from "maestro-ts";
import wide from "../scores/wide.ts";

export default defineOrchestra({ id: "minutely", name: "Minutely", plays: wide, input: {}, schedule: { cron: "* * * * *", timezone: "Etc/UTC", overlap: "allow" } });
`;

function playsOf(workspace: CliWorkspace): Map<string, number> {
  const plays = new Map<string, number>();
  for (const line of (workspace.has("ledger") ? workspace.read("ledger") : "").trim().split("\n"))
    if (line) plays.set(line, (plays.get(line) ?? 0) + 1);
  return plays;
}

/** Every step was played, and at most those under way at the fault a second time. */
function expectNothingLost(workspace: CliWorkspace): number {
  const plays = playsOf(workspace);
  expect(plays.size).toBe(80);
  const repeated = [...plays.values()].reduce((sum, count) => sum + count - 1, 0);
  expect(repeated).toBeLessThanOrEqual(8);
  return repeated;
}

function expectSentence(stderr: string, codes: RegExp) {
  const [, code] = /^error (MR\d+): [^\n]+\.$/m.exec(stderr) ?? [];
  expect(code, stderr).toMatch(codes);
  expect(stderr.match(/^error /gm)).toHaveLength(1);
  expect(stderr).toMatch(/^ {2}hint: \S/m);
  expect(stderr).not.toMatch(/^\s+at |Maestro itself failed|panicked|MAESTRO_DEBUG/m);
  return code;
}

/** Runs a shell script where it may mount disks of its own, that are gone with it. */
function inNamespace(workspace: CliWorkspace, script: string): Promise<{ stdout: string; stderr: string }> {
  const up = `up() { exec_maestro start --json > $1.log 2> $1.err & pid=$!; until grep -q '"recovered"' $1.log; do sleep 0.1; done; }`;
  // Itself, and not a shell that waits for it: it is what a signal has to reach.
  const itself = `exec_maestro() { exec ${JSON.stringify(process.execPath)} ${JSON.stringify(BIN)} "$@"; }`;
  const maestro = `maestro() { ${JSON.stringify(process.execPath)} ${JSON.stringify(BIN)} "$@"; }`;
  const child = spawn("unshare", ["-Urm", "sh", "-c", `${maestro}\n${itself}\n${up}\n${script}`], {
    cwd: workspace.root,
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text) => (stdout += text));
  child.stderr.on("data", (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve({ stdout, stderr }));
  });
}

/** Where users may not mount anything, even among themselves, there is no disk to fill. */
const hasNamespaces =
  spawnSync("unshare", ["-Urm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"], { stdio: "ignore" }).status === 0;

describe.runIf(hasNamespaces)("a disk", () => {
  test(
    "that is full ends the orchestrator with one sentence and exit code 3; with room the next one goes on",
    async () => {
      const workspace = makeCliWorkspace({ "scores/wide.ts": WIDE });

      const { stdout } = await inNamespace(
        workspace,
        `mkdir .maestro && mount -t tmpfs -o size=24m tmpfs .maestro
        up first
        maestro run wide -i bytes=400000 --quiet > run.out 2>&1 & run=$!
        wait $pid; echo "ended $?"
        wait $run
        touch quick; mount -o remount,size=120m .maestro
        up second
        until maestro runs --json | grep -q '"completed"'; do sleep 0.3; done
        kill $pid; wait $pid; echo "again $?"`,
      );

      expect(stdout).toBe("ended 3\nagain 0\n");
      const code = expectSentence(workspace.read("first.err"), /^MR1008$/);
      console.log(
        `a full disk: ${code}, 0 runs lost, ${expectNothingLost(workspace)} of 80 steps played again`,
      );
    },
    LONG_MS,
  );
});

test(
  "a file that may not grow ends the orchestrator with one sentence and exit code 3; then the next one goes on",
  async () => {
    const workspace = makeCliWorkspace({ "scores/wide.ts": WIDE });
    await workspace.maestro(["run", "wide", "--quiet"]);
    workspace.remove("ledger");
    const words = ["-c", 'ulimit -f 8000; exec "$0" "$@"', process.execPath, BIN, "start", "--json"];
    const limited = spawn("sh", words, { cwd: workspace.root });
    let [said, told] = ["", ""];
    limited.stdout.on("data", (text) => (said += text));
    limited.stderr.on("data", (text) => (told += text));
    const ended = new Promise((resolve) => limited.on("close", resolve));
    await expect.poll(() => said, SOON).toContain('"recovered"');

    const run = workspace.maestro(["run", "wide", "-i", "bytes=300000", "--quiet"]);

    expect(await ended).toBe(3);
    const code = expectSentence(told, /^MR1009$/);
    await run;
    workspace.write("quick", "");
    const next = workspace.maestro(["start"]);
    await expect.poll(() => playsOf(workspace).size, SOON).toBe(80);
    await expect
      .poll(
        async () => (await workspace.maestro(["runs", "--json"])).stdout.match(/"completed"/g)?.length,
        SOON,
      )
      .toBe(2);
    next.child.kill("SIGTERM");
    expect((await next).code).toBe(0);
    console.log(
      `a file that may not grow: ${code}, ${expectNothingLost(workspace)} of 80 steps played again`,
    );
  },
  LONG_MS,
);

test.each<[string, RegExp, (file: string) => void]>([
  ["removed", /^MR1017$/, (file) => rmSync(file)],
  [
    "removed with its folder",
    /^MR1017$/,
    (file) => rmSync(file.replace(/\/[^/]+$/, ""), { recursive: true }),
  ],
  [
    "replaced by a copy",
    /^MR1017$/,
    (file) => {
      writeFileSync(`${file}.copy`, readFileSync(file));
      renameSync(`${file}.copy`, file);
    },
  ],
])(
  "a store that is %s while the orchestrator plays ends it with one sentence and exit code 3",
  async (what, codes, harm) => {
    const workspace = makeCliWorkspace({ "scores/wide.ts": WIDE });
    const up = workspace.maestro(["start"]);
    await up.said('"recovered"');
    const run = workspace.maestro(["run", "wide", "-i", "ms=200", "--quiet"]);
    await expect.poll(() => playsOf(workspace).size, SOON).toBeGreaterThan(8);

    harm(workspace.path(".maestro/maestro.db"));

    const { code, stderr } = await up;
    expect(code).toBe(3);
    console.log(`a store that is ${what}: ${expectSentence(stderr, codes)}`);
    await run;
  },
  LONG_MS,
);

test(
  "a store that is damaged while nobody uses it is refused by the next orchestrator, unchanged",
  async () => {
    const workspace = makeCliWorkspace({ "scores/wide.ts": WIDE });
    await workspace.maestro(["run", "wide", "--quiet"]);
    const file = workspace.path(".maestro/maestro.db");
    const fd = openSync(file, "r+");
    writeSync(fd, Buffer.alloc(8_192, 0x5a), 0, 8_192, statSync(file).size >> 1);
    closeSync(fd);
    const before = readFileSync(file);

    const { code, stderr } = await workspace.maestro(["start"]);

    expect(code).toBe(3);
    console.log(`a damaged store: ${expectSentence(stderr, /^MR1004$/)}`);
    expect(readFileSync(file).equals(before)).toBe(true);
  },
  LONG_MS,
);

test(
  "an orchestrator that is held across instants plays each once, or says that it was missed",
  async () => {
    const workspace = makeCliWorkspace({ "scores/wide.ts": WIDE, "orchestras/minutely.ts": MINUTELY });
    expect((await workspace.maestro(["deploy", "--yes"])).code).toBe(0);
    expect((await workspace.maestro(["orchestras", "enable", "minutely"])).code).toBe(0);
    const up = workspace.maestro(["start"]);
    await up.said('"recovered"');
    const instant = (n: number) => Math.ceil(startedAt / MINUTE_MS) * MINUTE_MS + n * MINUTE_MS;
    const startedAt = Date.now() + 5_000;

    // Across one instant: it is late by less than a minute. Then across three.
    for (const [from, to] of [
      [instant(0) - 3_000, instant(0) + 15_000],
      [instant(1) + 30_000, instant(4) + 10_000],
    ] as const) {
      await sleep(from - Date.now());
      up.child.kill("SIGSTOP");
      await sleep(to - Date.now());
      up.child.kill("SIGCONT");
    }
    await sleep(instant(5) + 20_000 - Date.now());
    up.child.kill("SIGTERM");
    const { code, stdout } = await up;

    expect(code).toBe(0);
    const said = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { event: string; instant?: string; why?: string; lagMs?: number });
    const ofInstants = said.filter((line) => line.instant !== undefined && line.event.startsWith("instant "));
    const toIso = (n: number) => new Date(instant(n)).toISOString();
    const verdicts = [0, 1, 2, 3, 4, 5].map((n) =>
      ofInstants
        .filter((line) => line.instant === toIso(n))
        .map(({ event, why }) => (why ? `${event} ${why}` : event)),
    );
    expect(verdicts).toEqual([
      ["instant fired"],
      ["instant fired"],
      ["instant skipped missed"],
      ["instant skipped missed"],
      ["instant fired"],
      ["instant fired"],
    ]);
    expect(said.some(({ event }) => event === "the process was held")).toBe(true);
    console.log(
      `SIGSTOP across 1 and 3 instants: each decided once, ${ofInstants.map(({ lagMs }) => lagMs ?? "missed").join(", ")} ms late`,
    );
  },
  LONG_MS,
);
