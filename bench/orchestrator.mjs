/**
 * What the orchestrator takes and how soon it acts, with real processes and files. Needs `npm run build`.
 *   npm run bench:orchestrator [-- --quick] [-- --json] [-- --only=claim,children,start,idle,lag] [-- "--with=chrt -f 20"]
 * With `--with` the orchestrator is begun by that program: on a machine that has other things to do.
 */
import { closeSync, fsyncSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childrenBeside, MUST_CHILDREN, median, newFolder } from "./measure.mjs";
import { readProcesses, startOrchestrator, until, untilCalm } from "./orchestrator-process.mjs";
import { inStore, makeHouse, queueRuns, writeHistory } from "./orchestrator-workspace.mjs";

const flags = new Set(process.argv.slice(2));
const settingOf = (name) => [...flags].find((flag) => flag.startsWith(`--${name}=`))?.slice(name.length + 3);
const isQuick = flags.has("--quick");
const only = settingOf("only")?.split(",");
const starter = settingOf("with")?.split(" ") ?? [];

const ORCHESTRAS = 50;
const QUEUED = isQuick ? 1_000 : 10_000;
const UNFINISHED = isQuick ? 100 : 1_000;
/** Of those, so many that a step is under way of when the process is killed. */
const AT_WORK = UNFINISHED / 10;
const HISTORY_STEPS = isQuick ? 100_000 : 1_000_000;
const STARTS = isQuick ? 1 : 3;
const IDLE_MS = isQuick ? 20_000 : 60_000;
const LAG_MINUTES = isQuick ? 1 : 4;
const MINUTE_MS = 60_000;
const NEVER = "0 3 29 2 *";

const CASES = { claim, children, start: startAndIdle, lag };
const rows = [];
for (const [name, measure] of Object.entries(CASES)) {
  if (only && !only.includes(name) && !(name === "start" && only.includes("idle"))) continue;
  rows.push(...(await measure()));
}
if (flags.has("--json")) for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
else printTable();

/** From the end of a run to the beginning of the next one in the queue, with all slots taken. */
async function claim() {
  return [...(await claimAt("power")), ...(await claimAt("process"))];
}

async function claimAt(durability) {
  const slots = 100;
  const folder = await makeHouse({ count: ORCHESTRAS, cron: "*/5 * * * *", slots, durability });
  try {
    // They hold the slots until the whole queue is known.
    await queueRuns(folder, { score: "at-work", count: slots, priorities: [100] });
    const order = await queueRuns(folder, { score: "one", count: QUEUED });
    const orchestrator = startOrchestrator(folder, starter);
    await orchestrator.mark('"recovered"');
    writeFileSync(`${folder}/go`, "");
    await until(orchestrator, ({ runs }) => Object.keys(runs).length === 0);
    await orchestrator.stop();
    const runs = await inStore(folder, (store) => store.listRuns({ limit: 100_000 }));
    const mine = new Set(order);
    const begun = runs.filter(({ id }) => mine.has(id)).toSorted((a, b) => a.startedAt - b.startedAt);
    // The n-th that begins takes the slot of the n-th that ends.
    const ends = runs.map(({ endedAt }) => endedAt).toSorted((a, b) => a - b);
    const waits = begun.map(({ startedAt }, i) => startedAt - ends[i]);
    return [
      row(`claim with durability ${durability}, p99 ms`, quantile(waits, 0.99), {
        fsyncP99: fsyncMs(),
        most: 20,
        p50: quantile(waits, 0.5),
        max: waits.toSorted((a, b) => a - b).at(-1),
        queued: QUEUED,
      }),
      row("runs that began before one that was to come first", outOfOrder(begun, order), { most: 0 }),
      row(
        "queued runs played, a second",
        Math.round((1_000 * begun.length) / (ends.at(-1) - begun[0].startedAt)),
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs that began in an earlier millisecond than one that stands before them. */
function outOfOrder(begun, order) {
  const places = new Map(order.map((id, i) => [id, i]));
  let [count, firstLater] = [0, Number.POSITIVE_INFINITY];
  for (let i = begun.length - 1; i >= 0; ) {
    const at = begun[i].startedAt;
    const together = [];
    for (; i >= 0 && begun[i].startedAt === at; i--) together.push(places.get(begun[i].id));
    count += together.filter((place) => place > firstLater).length;
    firstLater = Math.min(firstLater, ...together);
  }
  return count;
}

async function children() {
  const found = [];
  for (const kind of Object.keys(MUST_CHILDREN)) {
    const { ratioToInline, must } = await childrenBeside(kind, {
      rounds: isQuick ? 2 : 5,
      scale: isQuick ? 0.3 : 1,
    });
    found.push(row(`${kind} in children ÷ inline`, ratioToInline, { least: must }));
  }
  return found;
}

/** From its start until every run goes on that can, after a kill; and what it takes when nothing happens. */
async function startAndIdle() {
  const folder = await makeHouse({ count: ORCHESTRAS, cron: NEVER, slots: 2 * UNFINISHED });
  try {
    await writeHistory(folder, HISTORY_STEPS);
    await queueRuns(folder, { score: "parked", count: UNFINISHED - AT_WORK });
    await queueRuns(folder, { score: "at-work", count: AT_WORK });
    const first = startOrchestrator(folder);
    await first.mark('"recovered"');
    await until(first, ({ slots, queued }) => queued === 0 && slots.inUse === UNFINISHED);
    await untilCalm(first);
    await first.stop("SIGKILL");
    const found = { killed: [], stopped: [] };
    for (let i = 0; i < STARTS; i++)
      for (const [before, how] of [
        ["killed", "SIGTERM"],
        ["stopped", "SIGKILL"],
      ]) {
        const orchestrator = startOrchestrator(folder, starter);
        found[before].push(await orchestrator.mark('"recovered"'));
        await orchestrator.stop(how);
      }
    const facts = { unfinished: UNFINISHED, steps: HISTORY_STEPS };
    return [
      row("start to ready after kill -9, ms", Math.round(median(found.killed)), { most: 2_000, ...facts }),
      row("start to ready after SIGTERM, ms", Math.round(median(found.stopped)), { most: 2_000, ...facts }),
      ...(await idle(folder)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function idle(folder) {
  writeFileSync(`${folder}/go`, "");
  const orchestrator = startOrchestrator(folder, starter);
  await orchestrator.mark('"recovered"');
  await until(orchestrator, ({ slots }) => slots.inUse === UNFINISHED - AT_WORK);
  // What was played before is cleared away.
  await untilCalm(orchestrator);
  const from = readProcesses(orchestrator.pid);
  await sleep(IDLE_MS);
  const to = readProcesses(orchestrator.pid);
  await orchestrator.stop();
  const share = (100 * (to.cpuSeconds - from.cpuSeconds)) / (IDLE_MS / 1_000);
  return [
    row("idle, % of a core", Number(share.toFixed(2)), { most: 0.5, orchestras: ORCHESTRAS }),
    row("idle, RSS MB", Math.round(to.rss / 2 ** 20), {
      most: 150,
      childrenMb: to.childRss.map((rss) => Math.round(rss / 2 ** 20)),
    }),
  ];
}

/** From an instant at which every orchestra is due to the first step of each run. */
async function lag() {
  const folder = await makeHouse({ count: ORCHESTRAS, cron: "* * * * *", slots: 100 });
  try {
    // It is up a few seconds before the first instant, and for a few after the last.
    await sleep((MINUTE_MS - 12_000 - (Date.now() % MINUTE_MS) + MINUTE_MS) % MINUTE_MS);
    const orchestrator = startOrchestrator(folder, starter);
    await orchestrator.mark('"recovered"');
    const whole = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
    await sleep(whole - Date.now() + (LAG_MINUTES - 1) * MINUTE_MS + 5_000);
    await orchestrator.stop();
    const lags = await inStore(folder, async (store) => {
      const runs = (await store.listRuns({ limit: 100_000 })).filter(({ dueAt }) => dueAt >= whole);
      return Promise.all(runs.map(async ({ id, dueAt }) => (await store.stepsOf(id))[0].startedAt - dueAt));
    });
    if (lags.length !== LAG_MINUTES * ORCHESTRAS)
      throw new Error(`${lags.length} runs at ${LAG_MINUTES} instants`);
    return [
      row("instant to first step, p99 ms", quantile(lags, 0.99), {
        most: 250,
        p50: quantile(lags, 0.5),
        max: Math.max(...lags),
        runs: lags.length,
      }),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the disk takes to keep 4 KB, in ms, of 99 in 100: whatever is durable takes at least that. */
function fsyncMs() {
  const folder = newFolder();
  const fd = openSync(join(folder, "file"), "w");
  const times = Array.from({ length: 200 }, () => {
    const startedAt = performance.now();
    writeSync(fd, Buffer.alloc(4_096));
    fsyncSync(fd);
    return performance.now() - startedAt;
  });
  closeSync(fd);
  rmSync(folder, { recursive: true });
  return Number(quantile(times, 0.99).toFixed(1));
}

function row(what, is, facts = {}) {
  return { what, is, ...facts };
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function printTable() {
  for (const { what, is, most, least, ...facts } of rows) {
    const must = most !== undefined ? `≤ ${most}` : least !== undefined ? `≥ ${least}` : "";
    const isMissed = (most !== undefined && is > most) || (least !== undefined && is < least);
    const more = Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ");
    console.log(
      `${what.padEnd(50)} ${String(is).padStart(9)}  ${must.padEnd(8)} ${isMissed ? "missed" : ""}  ${more}`,
    );
  }
}
