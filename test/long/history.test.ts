import { rmSync, statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { runRecords } from "../../src/cli/export/run-records.ts";
import { pruneRuns } from "../../src/operations/prune-runs.ts";
import { performHistory } from "../../src/services/perform-history.ts";
import { backUp, copyBeside } from "../../src/store/back-up.ts";
import { type RunFilter, runPage } from "../../src/views/run-page.ts";
import { deployScores, idOf, STEPS_OF_RUN, writeRun } from "../store/fill-history.ts";
import { completed, newFile, newRun, open } from "../store/workbench.ts";

const RUNS = Number(process.env.HISTORY_RUNS ?? 10_000);
const DAY = 86_400_000;

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;

/** By the clock, and of the processor: a machine that has other things to do as well takes longer by the clock. */
async function timesOf(count: number, act: (n: number) => Promise<unknown>) {
  const [wall, cpu]: [number[], number[]] = [[], []];
  for (let n = 0; n < count; n++) {
    const [begun, used] = [performance.now(), process.cpuUsage()];
    await act(n);
    wall.push(performance.now() - begun);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1_000);
  }
  return { wall: wall.sort((a, b) => a - b), cpu: cpu.sort((a, b) => a - b) };
}

test("a history of a million steps is paged, exported, copied and forgotten while others write", {
  timeout: 3_000_000,
}, async () => {
  const file = newFile();
  const store = await open(file);
  await deployScores(store);
  for (let n = 1; n <= RUNS; n++) await writeRun(store, n);
  const figures: Record<string, unknown> = {
    runs: RUNS,
    steps: RUNS * STEPS_OF_RUN,
    MB: Math.round(statSync(file).size / 1e6),
  };

  const filters: readonly Omit<RunFilter, "limit">[] = [
    {},
    { score: "score-7" },
    { status: "failed" },
    { score: "score-0", status: "failed" },
    { since: 1_000 * 60_000, until: 9_000 * 60_000 },
  ];
  const pages = await timesOf(1_000, (n) => {
    const after = idOf(1 + ((n * 7_919) % RUNS));
    return runPage(store, { limit: 20, after, ...filters[n % filters.length] });
  });
  figures.pageMs = { p50: at(pages.wall, 0.5), p99: at(pages.wall, 0.99), cpuP99: at(pages.cpu, 0.99) };

  // A run of 100,000 steps of 10 KB each, as it is exported: a piece of it is in memory.
  const large = idOf(RUNS + 1);
  await store.createRun(newRun({ id: large, score: "score-0", deployment: "d0" }));
  const output = JSON.stringify("x".repeat(10_000));
  for (let n = 0; n < 20_000; n++) {
    store.noteStep(completed(`items/${n}`, { runId: large, output }));
    if (n % 500 === 0) await store.settled();
  }
  await store.settled();
  const owned = { store, engine: { isPlaying: () => false }, clock: { now: Date.now } };
  const ask = async (request: { op: string; run: string }) =>
    request.op === "runRow" ? store.run(request.run) : performHistory(owned, request as never);
  global.gc?.();
  const before = process.memoryUsage().rss;
  let [bytes, mostRss] = [0, 0];
  const begunExport = performance.now();
  for await (const record of runRecords(ask as never, large)) {
    bytes += JSON.stringify(record).length;
    if (bytes % 64 === 0) mostRss = Math.max(mostRss, process.memoryUsage().rss);
  }
  figures.exportMB = Math.round(bytes / 1e6);
  figures.exportMs = Math.round(performance.now() - begunExport);
  figures.exportRssMB = Math.round((mostRss - before) / 1e6);
  expect(bytes).toBeGreaterThan(200_000_000);
  expect(mostRss - before).toBeLessThan(150e6);

  const copy = `${file}.copy`;
  onTestFinished(() => rmSync(copy, { force: true }));
  const begunCopy = performance.now();
  await backUp({ to: copy, copy: (to) => copyBeside(file, to) });
  figures.backupMs = Math.round(performance.now() - begunCopy);

  // Half of it is forgotten while somebody writes a step at a time: how long does one wait?
  const waits: number[] = [];
  let isOver = false;
  const writer = (async () => {
    await store.createRun(newRun({ id: idOf(RUNS + 2), score: "score-1", deployment: "d1" }));
    for (let n = 0; !isOver; n++) {
      const begun = performance.now();
      await store.recordStep(completed(`live/${n}`, { runId: idOf(RUNS + 2) }));
      waits.push(performance.now() - begun);
      await setImmediate();
    }
  })();
  const slices: number[] = [];
  const cpu: number[] = [];
  let last = performance.now();
  let used = process.cpuUsage();
  const pace = {
    isOver: () => false,
    pause: async () => {
      slices.push(performance.now() - last);
      const { user, system } = process.cpuUsage(used);
      cpu.push((user + system) / 1_000);
      await setImmediate();
      last = performance.now();
      used = process.cpuUsage();
    },
  };
  const endedBefore = (RUNS / 2) * 60_000;
  const cutoffs = { endedBefore, failedBefore: endedBefore };
  const begunPrune = performance.now();
  const { groups, pages: given } = await pruneRuns(
    { history: store.history, now: () => 365 * DAY },
    { ...cutoffs, after: "", isMeant: true },
    pace,
  );
  figures.pruneMs = Math.round(performance.now() - begunPrune);
  isOver = true;
  await writer;
  figures.forgotten = groups.reduce((sum, { runs }) => sum + runs, 0);
  figures.pagesGivenBack = given;
  slices.sort((a, b) => a - b);
  cpu.sort((a, b) => a - b);
  figures.sliceCpuMs = { p50: at(cpu, 0.5), p99: at(cpu, 0.99), most: cpu.at(-1) };
  waits.sort((a, b) => a - b);
  figures.sliceMs = { n: slices.length, p50: at(slices, 0.5), p99: at(slices, 0.99), most: slices.at(-1) };
  figures.writeWaitMs = { n: waits.length, p50: at(waits, 0.5), p99: at(waits, 0.99), most: waits.at(-1) };
  console.log(JSON.stringify(figures, null, 1));

  expect(await store.listRuns({ limit: 1, before: idOf(RUNS / 2 - 1) })).toEqual([]);
  expect(at(pages.cpu, 0.99)).toBeLessThan(20);
  expect(at(cpu, 0.99)).toBeLessThan(20);
});
