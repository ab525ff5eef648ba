/**
 * Save → new plan live: edits real files under a watched workspace and measures from before the write until the reload
 * is told. Prints a line a size: {"scores","p50Ms","p95Ms","rssGrowthMb","sharedP95Ms","sharedAtOnceP95Ms","typesP95Ms",
 * "readyToNode"}: of a file that all scores share, until all of them are live, saved a second after that and at once; of what TypeScript says of the edited file; and how many times
 * as long as `node -e 0` it takes from the start of `maestro dev` until it is ready.
 *   npm run bench:reload [-- --quick] [-- --json] [-- --scores=100]
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { keepHeapLean } from "../src/cli/keep-heap-lean.ts";
import { Reloader } from "../src/compile/reload/reloader.ts";
import { makeWorkspace } from "./workspace.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const flags = new Set(process.argv.slice(2));
const EDITS = flags.has("--quick") ? { 100: 60, 1000: 30 } : { 100: 2_000, 1000: 300 };
const SHARED_EDITS = flags.has("--quick") ? 3 : 12;
/** Somebody looks at what has come of a save, and writes the next one. */
const LOOK_MS = 1_000;
const TYPE_EDITS = flags.has("--quick") ? 20 : 100;
const FILES_TYPED = 5;
const STARTS = flags.has("--quick") ? 5 : 15;
const WARM_UP = 10;
const MUST = { 100: { one: 25, shared: 100 }, 1000: { one: 60, shared: 900 } };
const MUST_TYPES = 50;
const MUST_READY = 5;
const SIZES = [100, 1_000].filter(
  (scores) => ![...flags].some((flag) => flag.startsWith("--scores=")) || flags.has(`--scores=${scores}`),
);
/** A machine that is this slow says nothing about a reload. */
const PATIENCE_MS = 30_000;

// As `maestro dev` does.
keepHeapLean();
for (const scores of SIZES) {
  const row = await measure(scores);
  const { one, shared } = MUST[scores];
  if (flags.has("--json")) console.log(JSON.stringify(row));
  else
    console.log(
      `${String(scores).padStart(5)} scores: p50 ${row.p50Ms} ms, p95 ${row.p95Ms} ms (must ${one}); a shared file ${row.sharedP95Ms} ms (must ${shared}), again and again ${row.sharedAtOnceP95Ms} ms; types ${row.typesP95Ms} ms (must ${MUST_TYPES}); ready after ${row.readyToNode} × node -e 0 (must ${MUST_READY}); the owner grew by ${row.rssGrowthMb} MB in ${row.edits} edits`,
    );
}
process.exit(0);

async function measure(scores) {
  const root = makeWorkspace(scores);
  share(root, scores);
  let told = () => {};
  const reloader = await Reloader.open({
    workspace: { root },
    childEntry: join(here, "../dist/evaluate.cjs"),
    onReload: (reload) => told(reload),
    onError: (error) => {
      throw error;
    },
  });
  const save = async (file, change, isDone) => {
    const path = join(root, file);
    const text = change(readFileSync(path, "utf8"));
    const startedAt = performance.now();
    const live = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${file} was not reloaded`)), PATIENCE_MS);
      told = (reload) => {
        if (!isDone(reload)) return;
        clearTimeout(timer);
        resolve(performance.now() - startedAt);
      };
    });
    return { path, text, live };
  };
  const edit = async (i) => {
    const id = `s${i % scores}`;
    const { path, text, live } = await save(
      `scores/${id}.ts`,
      (source) => source.replace(/(input: \{ n: start\.n)(?:, v: \d+)? \}/, `$1, v: ${i} }`),
      ({ scores: found }) => found.some((one) => one.id === id && one.is === "changed"),
    );
    // Every other one as editors do it that move a new file into place.
    if (i % 2) {
      writeFileSync(`${path}~`, text);
      renameSync(`${path}~`, path);
    } else writeFileSync(path, text);
    return live;
  };
  for (let i = 0; i < WARM_UP; i++) await edit(i);
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const cpu = process.cpuUsage();
  const times = [];
  for (let i = 0; i < EDITS[scores]; i++) times.push(await edit(WARM_UP + i));
  const { user, system } = process.cpuUsage(cpu);
  globalThis.gc?.();
  const rssGrowthMb = (process.memoryUsage.rss() - before) / 1e6;
  const saveShared = async (i) => {
    const { path, text, live } = await save(
      "scores/lib/shared.ts",
      () => `export const shared: number = ${i + 1};\n`,
      ({ scores: found }) => found.filter(({ is }) => is === "changed").length === scores,
    );
    writeFileSync(path, text);
    return live;
  };
  const [shared, sharedAtOnce] = [[], []];
  for (let i = 0; i < SHARED_EDITS; i++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    shared.push(await saveShared(i));
  }
  for (let i = 0; i < SHARED_EDITS; i++) sharedAtOnce.push(await saveShared(SHARED_EDITS + i));
  await reloader.close();
  const types = await measureTypes(root);
  const readyToNode = await measureReady(root);
  rmSync(root, { recursive: true, force: true });
  return {
    scores,
    p50Ms: at(times, 0.5),
    p95Ms: at(times, 0.95),
    rssGrowthMb: Number(rssGrowthMb.toFixed(1)),
    sharedP95Ms: at(shared, 0.95),
    sharedAtOnceP95Ms: at(sharedAtOnce, 0.95),
    typesP50Ms: at(types, 0.5),
    typesP95Ms: at(types, 0.95),
    readyToNode,
    edits: times.length,
    /** Of the owner, for an edit: the figure that moves least on a busy machine. */
    cpuMs: Number(((user + system) / 1_000 / times.length).toFixed(1)),
    evaluators: reloader.evaluators,
  };
}

/** From a save that makes a mistake, or mends it, until TypeScript has said so. */
async function measureTypes(root) {
  let told = () => {};
  const reloader = await Reloader.open({
    workspace: { root },
    childEntry: join(here, "../dist/evaluate.cjs"),
    typesEntry: join(here, "../dist/answer-types.js"),
    env: process.env,
    onReload: (reload) => told(reload),
    onError: (error) => {
      throw error;
    },
  });
  const times = [];
  for (let i = 0; i < WARM_UP + TYPE_EDITS; i++) {
    // Wrong one after the other, then right.
    const path = join(root, `scores/s${i % FILES_TYPED}.ts`);
    const before = readFileSync(path, "utf8");
    const text = before.includes(".nowhere")
      ? before.replace(".nowhere", "")
      : before.replace(/(output: \{ n: n7\.output)/, "$1.nowhere");
    const startedAt = performance.now();
    const answered = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("TypeScript said nothing")), PATIENCE_MS);
      told = ({ isTypes }) => {
        if (!isTypes) return;
        clearTimeout(timer);
        resolve(performance.now() - startedAt);
      };
    });
    writeFileSync(path, text);
    const ms = await answered;
    if (i >= WARM_UP) times.push(ms);
  }
  await reloader.close();
  return times;
}

/** How many times as long as `node -e 0` it takes until `maestro dev` says that it is ready; in turns. */
async function measureReady(root) {
  const ours = [];
  const nodes = [];
  for (let i = 0; i < STARTS; i++) {
    let startedAt = performance.now();
    spawnSync(process.execPath, ["-e", "0"]);
    nodes.push(performance.now() - startedAt);
    startedAt = performance.now();
    const dev = spawn(process.execPath, [join(here, "../bin/maestro.cjs"), "dev", "--plain", "--no-types"], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => {
      dev.stdout.setEncoding("utf8").on("data", (text) => text.includes("ready") && resolve());
    });
    ours.push(performance.now() - startedAt);
    dev.kill("SIGKILL");
    await new Promise((resolve) => dev.on("close", resolve));
  }
  return Number((at(ours, 0.5) / at(nodes, 0.5)).toFixed(2));
}

/** Every score reads a file that all of them share. */
function share(root, scores) {
  const path = (file) => join(root, file);
  for (let i = 0; i < scores; i++) {
    const file = path(`scores/s${i}.ts`);
    const source = readFileSync(file, "utf8");
    writeFileSync(
      file,
      `import { shared } from "./lib/shared.ts";\n${source.replace("input: { n: n0.output }", "input: { n: n0.output, by: shared }")}`,
    );
  }
  mkdirSync(path("scores/lib"));
  writeFileSync(path("scores/lib/shared.ts"), "export const shared: number = 0;\n");
}

function at(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1));
}
