/**
 * Writes docs/soak.svg: what an orchestrator's scheduler, engine and store take over 72 hours, which pass as fast as they can
 * be played. Runs, steps, schedules and the store are real; the clock is moved by hand, and tasks have no work to do.
 *   node --expose-gc build/write-soak.ts [HOURS]
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { toPlan } from "../src/define/to-plan.ts";
import { Engine } from "../src/engine/index.ts";
import { defineScore, derive, input, map, task } from "../src/index.ts";
import { makePlayable } from "../src/operations/make-playable.ts";
import { pruneRuns } from "../src/operations/prune-runs.ts";
import { startRun } from "../src/operations/start-run.ts";
import { MIGRATIONS } from "../src/paths.ts";
import { Scheduler } from "../src/services/scheduler/scheduler.ts";
import { openStore } from "../src/store/open-store.ts";
import type { Store } from "../src/store/store.ts";
import type { Clock } from "../src/support/clock.ts";

const HOURS = Number(process.argv[2] ?? 72);
const ORCHESTRAS = 50;
const MINUTE_MS = 60_000;
const MINUTES_PER_HOUR = 60;
/** What ended longer ago is forgotten. */
const HOURS_KEPT = 24;
const KEPT_MS = HOURS_KEPT * MINUTES_PER_HOUR * MINUTE_MS;
const MB = 2 ** 20;
/** The night in which clocks are set back is among them. Ids of runs are of now: what is to be forgotten has to be older. */
const FROM = Date.UTC(2036, 9, 25);
const root = join(dirname(fileURLToPath(import.meta.url)), "..");

interface Sample {
  readonly heapMb: number;
  readonly rssMb: number;
  readonly fileMb: number;
  readonly runs: number;
}

const given = input(z.object({ n: z.int() }));
const list = derive([given.n], (n) => [n, n + 1, n + 2]);
const each = map({
  over: list,
  maxItems: 3,
  each: (n) => task({ input: { n }, output: z.int(), run: ({ input }) => input.n * 2 }),
});
const sum = task({
  input: { items: each.output },
  output: z.int(),
  run({ input: { items } }) {
    if (items[0]! % 40 === 0) throw new Error("one in twenty fails");
    return items.reduce((a, b) => a + b, 0);
  },
});
const score = defineScore({ id: "soak", input: given, nodes: { each, sum }, output: { sum: sum.output } });

const folder = mkdtempSync(join(tmpdir(), "maestro-soak-"));
const file = join(folder, "maestro.db");
try {
  const samples = await soak();
  writeFileSync(join(root, "docs/soak.svg"), toSvg(samples));
  const [first, last] = [samples[Math.floor(samples.length / 12)]!, samples.at(-1)!];
  console.log(JSON.stringify({ hours: HOURS, runs: last.runs, afterSixth: first, last }));
  const day = samples[HOURS_KEPT - 1];
  if (day) console.log(`after a day: ${JSON.stringify(day)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One sample for each hour. */
async function soak(): Promise<Sample[]> {
  const store = await openStore({ file, durability: "process", migrations: MIGRATIONS });
  const hand = handClock();
  const engine = new Engine(store, hand.clock);
  const compiled = toPlan(score as never);
  const playable = makePlayable(compiled, () => "soak");
  const plan = JSON.stringify(compiled.plan);
  const at = hand.clock.now();
  await store.saveDeployment({ hash: "soak", score: "soak", plan, code: null, createdAt: at });
  await store.orchestras.deploy({
    deployments: [],
    put: Array.from({ length: ORCHESTRAS }, toRow),
    destroyed: [],
    audit: [],
  });
  await store.orchestras.override({
    put: Array.from({ length: ORCHESTRAS }, (_, i) => ({
      orchestra: `o${i}`,
      field: "enabled",
      value: "true",
      who: "soak",
      why: null,
      at,
    })),
    removed: [],
    cursors: Array.from({ length: ORCHESTRAS }, (_, i) => ({ orchestra: `o${i}`, at })),
    audit: [],
  });
  let runs = 0;
  const silent = () => {};
  const scheduler: Scheduler = new Scheduler({
    store,
    clock: hand.clock,
    steadyNow: hand.clock.now,
    log: { info: silent, warn: silent, error: silent },
    async begin({ row, instant }) {
      const play = await startRun(
        engine,
        playable,
        { n: runs++ },
        { of: { orchestra: row.id, dueAt: instant } },
      );
      play.ending.then(() => scheduler.hearOfRest(play.id), silent);
      return play;
    },
    replace: (run, by) => engine.cancel(run, { by }),
    limit: (id, most) => engine.limitOrchestra(id, most),
    onLost(error) {
      throw error;
    },
  });
  await scheduler.start();
  const samples: Sample[] = [];
  for (let hour = 0; hour < HOURS; hour++) {
    for (let minute = 0; minute < MINUTES_PER_HOUR; minute++) {
      hand.pass(MINUTE_MS);
      do {
        await scheduler.look();
        await store.settled();
        await setImmediate();
      } while (!scheduler.isSettled || engine.load.underWay > 0);
    }
    await forget(store, hand.clock.now());
    samples.push(takeSample(runs));
  }
  await scheduler.stop();
  await engine.stop(new Error("over"), 1);
  await store.close();
  return samples;
}

/** `retention: { runs: "24h" }`, as an orchestrator keeps it once an hour. */
async function forget({ history }: Store, now: number): Promise<void> {
  const before = { endedBefore: now - KEPT_MS, failedBefore: now - KEPT_MS, after: "", isMeant: true };
  await pruneRuns({ history, now: () => now }, before, { isOver: () => false, pause: () => setImmediate() });
}

/** Each is due six times an hour, ten of them at a time. */
function toRow(_: unknown, i: number) {
  const minutes = [0, 1, 2, 3, 4, 5].map((ten) => 10 * ten + (i % 10)).join(",");
  const schedule = {
    cron: `${minutes} * * * *`,
    timezone: "Europe/Berlin",
    overlap: "queue",
    catchUp: "last",
    jitterMs: 0,
  };
  const definition = JSON.stringify({ id: `o${i}`, score: "soak", input: { n: i }, schedule });
  return {
    id: `o${i}`,
    score: "soak",
    deployment: "soak",
    definition,
    hash: "a".repeat(64),
    createdAt: FROM - 1,
    deployedAt: FROM - 1,
  };
}

function takeSample(runs: number): Sample {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const bytes = sizeOf(file) + sizeOf(`${file}-wal`);
  const round = (value: number) => Math.round((value / MB) * 10) / 10;
  return { heapMb: round(heapUsed), rssMb: round(rss), fileMb: round(bytes), runs };
}

function handClock() {
  const waiting = new Map<object, { readonly at: number; readonly wake: () => void }>();
  let now = FROM;
  const clock: Clock = {
    now: () => now,
    after(ms, wake) {
      const key = {};
      waiting.set(key, { at: now + ms, wake });
      return () => waiting.delete(key);
    },
  };
  const pass = (ms: number) => {
    now += ms;
    for (const [key, { at, wake }] of [...waiting]) if (at <= now && waiting.delete(key)) wake();
  };
  return { clock, pass };
}

function toSvg(samples: readonly Sample[]): string {
  const [width, height, margin] = [760, 320, 56];
  const most = Math.ceil(Math.max(...samples.flatMap(({ rssMb, fileMb }) => [rssMb, fileMb])) / 50) * 50;
  const x = (hour: number) => Math.round(margin + (hour / samples.length) * (width - 2 * margin));
  const y = (mb: number) => Math.round(height - margin - (mb / most) * (height - 2 * margin));
  const lineOf = (name: "heapMb" | "rssMb" | "fileMb", color: string, label: string) => {
    const points = samples.map((sample, i) => `${x(i + 1)},${y(sample[name])}`).join(" ");
    const end = samples.at(-1)![name];
    return `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="2"/>
<text x="${width - margin + 6}" y="${y(end) + 4}" fill="${color}">${label}</text>`;
  };
  const rules = [0, most / 2, most].map(
    (mb) => `<line x1="${margin}" x2="${width - margin}" y1="${y(mb)}" y2="${y(mb)}" stroke="#d0d7de"/>
<text x="${margin - 8}" y="${y(mb) + 4}" text-anchor="end">${mb} MB</text>`,
  );
  const hours = [0, 24, 48, 72].filter((hour) => hour <= samples.length);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width + 40} ${height}" width="${width + 40}" height="${height}">
<title>${samples.length} simulated hours, ${samples.at(-1)!.runs.toLocaleString("en")} runs of ${ORCHESTRAS} orchestras</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<g font-family="system-ui, sans-serif" font-size="12" fill="#57606a">
<text x="${margin}" y="24" font-size="14">${samples.length} simulated hours, ${samples.at(-1)!.runs.toLocaleString("en")} runs of ${ORCHESTRAS} orchestras</text>
${rules.join("\n")}
${hours.map((hour) => `<text x="${x(hour)}" y="${height - margin + 20}" text-anchor="middle">${hour} h</text>`).join("\n")}
${lineOf("rssMb", "#cf222e", "RSS")}
${lineOf("heapMb", "#0969da", "heap")}
${lineOf("fileMb", "#1a7f37", "store")}
</g>
</svg>
`;
}
