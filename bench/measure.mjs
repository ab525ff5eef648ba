/** What every bench needs: processes that are measured, and the middle of what was found. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

export function newFolder() {
  return mkdtempSync(join(tmpdir(), "maestro-bench-"));
}

/** One process that plays one case in a fresh folder. */
export async function once(system, kind, { durability, scale }) {
  const dir = newFolder();
  try {
    const { stdout } = await run([join(here, "case.mjs"), system, kind, durability, dir, String(scale)]);
    return JSON.parse(stdout.trim().split("\n").at(-1));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Ratio to tasks inline that tasks in children have to reach. */
export const MUST_CHILDREN = { S: 0.2, C: 0.5 };

/** Tasks in child processes, in turns with tasks inline. The CPU is the owner's alone. */
export async function childrenBeside(kind, { rounds, scale }) {
  const found = { children: [], maestro: [] };
  for (let round = 0; round < rounds; round++)
    for (const system of round % 2 === 0 ? ["maestro", "children"] : ["children", "maestro"])
      found[system].push(await once(system, kind, { durability: "process", scale }));
  const field = (name) => found.children.map((one) => one[name]);
  const ratios = field("stepsPerSec").map((rate, i) => rate / found.maestro[i].stepsPerSec);
  return {
    system: "children",
    case: kind,
    durability: "process",
    stepsPerSec: median(field("stepsPerSec")),
    cpuUsPerStep: median(field("cpuUsPerStep")),
    ratioToInline: Number(median(ratios).toFixed(3)),
    must: MUST_CHILDREN[kind],
  };
}

/** Runs Node and gives its output, how long it took, and when it had printed `mark`. */
export function run(args, mark, cwd = process.cwd()) {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr, firstMs] = ["", "", undefined];
    child.stdout.on("data", (text) => {
      stdout += text;
      if (mark && firstMs === undefined && stdout.includes(mark)) firstMs = performance.now() - startedAt;
    });
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0) reject(new Error(`node ${args.join(" ")} ended with ${code}:\n${stderr || stdout}`));
      else resolve({ stdout, firstMs, ms: performance.now() - startedAt });
    });
  });
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
