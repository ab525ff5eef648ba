import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Pruner } from "../../src/services/pruner.ts";
import { runPage } from "../../src/views/run-page.ts";
import { deployScores, idOf, MINUTE_MS, STEPS_OF_RUN, writeRun } from "../store/fill-history.ts";
import { newFile, open } from "../store/workbench.ts";

const RUNS = Number(process.env.HISTORY_RUNS ?? 10_000);
/** So many more are played while as many are forgotten. */
const MORE = RUNS / 2;
/** Between two runs: some ten thousand steps a second are written. */
const BETWEEN_MS = 10;

const at = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;

test("a history of a million steps keeps its size while runs are played and forgotten, and nobody waits for that", {
  timeout: 3_000_000,
}, async () => {
  const file = newFile();
  const store = await open(file);
  await deployScores(store);
  for (let n = 1; n <= RUNS; n++) await writeRun(store, n);
  const sizeOf = () => (statSync(file).size + statSync(`${file}-wal`).size) / 1e6;
  const before = sizeOf();
  let minute = RUNS;
  const runsMs = RUNS * MINUTE_MS;
  const forgotten: number[] = [];
  const troubles: string[] = [];
  const pruner = new Pruner({
    history: store.history,
    now: () => minute * MINUTE_MS,
    log: {
      info: (_event, facts) => forgotten.push((facts as { readonly runs: number }).runs),
      warn: () => {},
      error: (event, facts) => troubles.push(`${event} ${JSON.stringify(facts)}`),
    },
    retention: { runsMs, failedMs: runsMs },
    firstMs: 1,
    everyMs: 200,
  });
  const [writes, pages, sizes]: [number[], number[], number[]] = [[], [], []];
  const rss = process.memoryUsage().rss;

  pruner.start();
  for (minute = RUNS + 1; minute <= RUNS + MORE; minute++) {
    const begun = performance.now();
    await writeRun(store, minute);
    writes.push(performance.now() - begun);
    const asked = performance.now();
    const page = await runPage(store, { limit: 20, after: idOf(minute - ((minute * 7_919) % (RUNS - 100))) });
    pages.push(performance.now() - asked);
    expect(page).toHaveLength(20);
    sizes.push(sizeOf());
    await sleep(BETWEEN_MS);
  }
  const count = () => forgotten.reduce((sum, runs) => sum + runs, 0);
  await expect.poll(count, { timeout: 120_000 }).toBeGreaterThan(MORE - 10);
  await pruner.stop();

  const figures = {
    steps: RUNS * STEPS_OF_RUN,
    played: MORE,
    forgotten: count(),
    MB: { before, most: Math.max(...sizes), after: sizeOf() },
    rssMB: (process.memoryUsage().rss - rss) / 1e6,
    writeMs: { p50: at(writes, 0.5), p99: at(writes, 0.99), most: at(writes, 1) },
    pageMs: { p50: at(pages, 0.5), p99: at(pages, 0.99), most: at(pages, 1) },
  };
  console.log(JSON.stringify(figures, null, 1));
  expect(troubles).toEqual([]);
  expect(figures.MB.most).toBeLessThan(1.25 * before + 20);
  expect(figures.MB.after).toBeLessThan(1.1 * before + 20);
  expect(figures.pageMs.p99).toBeLessThan(50);
});
