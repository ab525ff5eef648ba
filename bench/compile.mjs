/** The compiler beside native tsc, in turns: 1,000 scores of 8 nodes, and one score of 10,000 nodes. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeWorkspace } from "./workspace.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const bin = join(here, "../bin/maestro.cjs");
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
const LOOK_MS = 15;
const LONG = 10_000;

/** Rows for the table: medians over `rounds`, ratios round by round. */
export async function compileTimes(rounds) {
  const workspace = makeWorkspace(1_000);
  const long = makeWorkspace(0);
  writeFileSync(join(long, "scores/long.ts"), longScore());
  const cases = {
    tsc: [[tsc, "--noEmit", "-p", "."], workspace, true],
    "validate 1,000": [[bin, "validate"], workspace, true],
    "validate 1,000 again": [[bin, "validate"], workspace, false],
    "validate 1,000 --no-types": [[bin, "validate", "--no-types"], workspace, true],
    "validate 10,000 nodes --no-types": [[bin, "validate", "scores/long.ts", "--no-types"], long, true],
  };
  const found = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, [args, cwd, isCold]] of Object.entries(cases)) {
      if (isCold) rmSync(join(cwd, ".maestro"), { recursive: true, force: true });
      found[name].push(await measure(args, cwd));
    }
  }
  for (const folder of [workspace, long]) rmSync(folder, { recursive: true, force: true });
  const must = { "validate 1,000": 1.3, "validate 1,000 again": 0.5 };
  return Object.entries(found).map(([name, all]) => ({
    system: name === "tsc" ? "tsc 7" : "maestro",
    case: name,
    ms: Math.round(median(all.map(({ ms }) => ms))),
    ratioToTsc: Number(median(all.map(({ ms }, i) => ms / found.tsc[i].ms)).toFixed(2)),
    peakRssMb: Math.round(median(all.map(({ peakMb }) => peakMb))),
    ...(must[name] ? { must: must[name] } : {}),
  }));
}

/** The time of a command and the most memory that it and all it starts hold at once; 0 where there is no /proc. */
function measure(args, cwd) {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
    let [peakMb, stderr] = [0, ""];
    const look = setInterval(() => {
      peakMb = Math.max(peakMb, rssOf(child.pid));
    }, LOOK_MS);
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(look);
      if (code !== 0) reject(new Error(`${args.join(" ")} ended with ${code}: ${stderr}`));
      else resolve({ ms: performance.now() - startedAt, peakMb });
    });
  });
}

/** MB of the process and those below it. */
function rssOf(root) {
  const processes = new Map();
  try {
    for (const pid of readdirSync("/proc")) {
      if (!/^\d+$/.test(pid)) continue;
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        processes.set(Number(pid), { parent: Number(fields[1]), bytes: Number(fields[21]) * 4_096 });
      } catch {
        // It has ended meanwhile.
      }
    }
  } catch {
    return 0;
  }
  const isBelow = (pid) => {
    for (let at = pid; at !== undefined; at = processes.get(at)?.parent) if (at === root) return true;
    return false;
  };
  const own = [...processes].filter(([pid]) => isBelow(pid));
  return own.reduce((sum, [, { bytes }]) => sum + bytes, 0) / 1e6;
}

function longScore() {
  return `import { type AnyNode, defineScore, type Node, task } from "maestro-ts";
import { z } from "zod";
const output = z.object({ n: z.number() });
const run = () => ({ n: 1 });
const nodes: Record<string, AnyNode> = {};
let last: Node<{ n: number }> = task({ output, run });
nodes.n0 = last;
for (let i = 1; i < ${LONG}; i++) {
  last = task({ input: { n: last.output.n }, output, run });
  nodes["n" + i] = last;
}
export default defineScore({ id: "long", nodes, output: last.output });
`;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
