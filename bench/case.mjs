/**
 * Plays one case in this process and prints one JSON line. Started by `bench.mjs`, a process per measurement.
 *   node bench/case.mjs SYSTEM CASE DURABILITY FOLDER SCALE
 */
import { readFileSync } from "node:fs";

const [system, kind, durability, dir, scale] = process.argv.slice(2);
const SHAPES = ["deep", "given", "bodies", "layers"];
const own = SHAPES.includes(kind) ? "./shapes.mjs" : "./adapter.mjs";
const others = { floor: "./floor-adapter.mjs", children: "./children-adapter.mjs" };
const adapter = await import(others[system] ?? own);
await adapter.init({ dir, durability });

function expect(found, wanted) {
  if (found !== wanted) throw new Error(`${system} ${kind}: ${found} instead of ${wanted}`);
}

/** Runs `play` and gives steps a second and CPU microseconds a step. */
async function measure(steps, play) {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await play();
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system: kernel } = process.cpuUsage(cpu);
  return {
    stepsPerSec: Math.round(steps / seconds),
    cpuUsPerStep: Number(((user + kernel) / steps).toFixed(2)),
  };
}

const inSequence = async (play, count, added) => {
  for (let i = 0; i < count; i++) expect(await play(i), i + added);
};
const inFlight = async (count, width) => {
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < count; i = next++) expect(await adapter.run10(i), i + 10);
  };
  await Promise.all(Array.from({ length: width }, lane));
};
const fanOut = async (items, times) => {
  for (let i = 0; i < times; i++) {
    const outputs = await adapter.fanout(items);
    expect(outputs.length, items);
    expect(outputs.at(-1), (items - 1) * 2);
  }
};

/** 2 to the 100th, as the layers add it up. */
const LAYERED = Array.from({ length: 100 }).reduce((sum) => (2 * sum) % 1_000_003, 1);
const size = (full) => Math.max(1, Math.round(full * Number(scale)));
const cases = {
  /** One durable step: what a start of the process costs is measured from outside. */
  async L() {
    expect(await adapter.run1(41), 42);
    process.stdout.write("FIRST-RUN-DONE\n");
    return {};
  },
  /** Runs of 10 steps, one after the other. */
  async S() {
    await inSequence(adapter.run10, size(150), 10);
    const runs = size(1_000);
    return measure(runs * 10, () => inSequence(adapter.run10, runs, 10));
  },
  /** 1,000 runs of 10 steps, 100 in flight, at every scale: the peak of memory is that of so many. */
  async C() {
    await inFlight(300, 100);
    const runs = 1_000;
    return { ...(await measure(runs * 10, () => inFlight(runs, 100))), peakRssMb: peakRssMb() };
  },
  /** S and C in a process that has played 50,000 steps: what V8 compiles on the way is not counted with them. */
  async Swarm() {
    await inFlight(5_000, 100);
    const runs = size(1_000);
    return measure(runs * 10, () => inSequence(adapter.run10, runs, 10));
  },
  async Cwarm() {
    await inFlight(5_000, 100);
    return measure(20_000, () => inFlight(2_000, 100));
  },
  /** Runs that fan out over 1,000 items. */
  async F() {
    await fanOut(1_000, 2);
    const times = size(20);
    return measure(1_000 * times, () => fanOut(1_000, times));
  },
  /** Runs of 200 steps. */
  async long() {
    await inSequence(adapter.run200, size(8), 200);
    const runs = size(50);
    return measure(runs * 200, () => inSequence(adapter.run200, runs, 200));
  },
  /** Runs of 1,000 steps. */
  async deep() {
    await inSequence(adapter.run1000, size(2), 1_000);
    const runs = size(20);
    return measure(runs * 1_000, () => inSequence(adapter.run1000, runs, 1_000));
  },
  /** The same, each given 1 MB besides. */
  async given() {
    const text = "x".repeat(1_000_000);
    const play = (n) => adapter.run1000Given(n, text);
    await inSequence(play, size(2), 1_000);
    const runs = size(20);
    return measure(runs * 1_000, () => inSequence(play, runs, 1_000));
  },
  /** Maps of 1,000 items of 3 steps. */
  async bodies() {
    const play = async () => {
      const outputs = await adapter.bodies(1_000);
      expect(outputs.at(-1), 1_002);
    };
    await play();
    const times = size(8);
    return measure(3_000 * times, async () => {
      for (let i = 0; i < times; i++) await play();
    });
  },
  /** Graphs of 100 layers of 100 nodes, each of which reads two of the layer before. */
  async layers() {
    const play = async () => {
      const outputs = await adapter.layers(1);
      expect(outputs.length, 100);
      expect(outputs[0], LAYERED);
    };
    await play();
    const times = size(3);
    return measure(10_000 * times, async () => {
      for (let i = 0; i < times; i++) await play();
    });
  },
  /** Runs that fan out over 5,000 items. */
  async wide() {
    await fanOut(5_000, 1);
    const times = size(5);
    return measure(5_000 * times, () => fanOut(5_000, times));
  },
};

function peakRssMb() {
  return Math.round(
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) / 1024,
  );
}

const result = await cases[kind]();
await adapter.close();
process.stdout.write(`${JSON.stringify(result)}\n`);
