/**
 * Maestro against the floor, in turns within one run, so that a machine that slows down slows both.
 *   npm run bench [-- --quick] [-- --json] [-- --only=S,children,start,compile] [-- --gate]
 * With --gate it ends with 1 when a step costs more CPU, next to the floor's, than it may.
 */
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { childrenBeside, MUST_CHILDREN, median, newFolder, once, run } from "./measure.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const flags = new Set(process.argv.slice(2));
const isQuick = flags.has("--quick");
const only = [...flags]
  .find((flag) => flag.startsWith("--only="))
  ?.slice("--only=".length)
  .split(",");
const rounds = isQuick ? 2 : 5;
const scale = isQuick ? 0.3 : 1;

/** Ratio to the floor that has to be reached, by case and durability; for L the most times the floor's time. */
const MUST = { "S process": 0.45, "C process": 0.35, "F process": 0.35, "S power": 0.6 };
/**
 * The most times the floor's CPU that a step may cost. Of all figures these move least on a busy machine; they are a
 * third above what is measured on a quiet one.
 */
const MOST_CPU = { "S process": 2.9, "C process": 5.2, "F process": 4.8 };
/** A start at which nothing of the workspace is remembered. */
const FIRST = "validate --no-types, 10, first";
const PLAN = [
  ...["S", "C", "F", "Swarm", "Cwarm", "long", "wide", "deep", "given", "bodies", "layers"].map((kind) => ({
    kind,
    durability: "process",
  })),
  ...["S", "C", "F"].map((kind) => ({ kind, durability: "power" })),
  { kind: "L", durability: "process" },
];

const results = [];
for (const { kind, durability } of PLAN) {
  if (only && !only.includes(kind)) continue;
  results.push(...(await compare(kind, durability)));
}
if (!only || only.includes("children"))
  for (const kind of Object.keys(MUST_CHILDREN)) results.push(await childrenBeside(kind, { rounds, scale }));
if (!only || only.includes("start")) results.push(...(await startUps()));
if (!only || only.includes("compile")) {
  const { compileTimes } = await import("./compile.mjs");
  results.push(...(await compileTimes(isQuick ? 2 : 7)));
}

if (flags.has("--json")) for (const row of results) process.stdout.write(`${JSON.stringify(row)}\n`);
else printTable(results);
if (flags.has("--gate")) process.exitCode = await gate(results);

/** Over its limit a case is measured once more before that counts: something else may have been at work. */
async function gate(rows) {
  let exitCode = 0;
  for (const { system, case: kind, durability, cpuToFloor } of rows) {
    const most = MOST_CPU[`${kind} ${durability}`];
    if (system !== "maestro" || !most || cpuToFloor <= most) continue;
    const [, again] = await compare(kind, durability);
    if (again.cpuToFloor <= most) continue;
    const found = `${cpuToFloor} and ${again.cpuToFloor}`;
    console.error(`${kind}: a step costs ${found} times the floor's CPU; it may cost ${most} times`);
    exitCode = 1;
  }
  return exitCode;
}

/** One case, in turns with the floor: its rows of the table. */
async function compare(kind, durability) {
  const found = { maestro: [], floor: [] };
  const folders = { maestro: newFolder(), floor: newFolder() };
  if (kind === "L")
    for (const system of ["maestro", "floor"]) await startOnce(system, folders[system]).catch(() => {});
  for (let round = 0; round < rounds; round++) {
    for (const system of round % 2 === 0 ? ["floor", "maestro"] : ["maestro", "floor"]) {
      found[system].push(
        kind === "L"
          ? await startOnce(system, folders[system])
          : await once(system, kind, { durability, scale }),
      );
    }
  }
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
  return toRows(kind, durability, found);
}

/** The time from starting a process to its first completed run, on a store that is there already. */
async function startOnce(system, dir) {
  // The floor makes its tables each time, so it gets a fresh folder; ours finds its store.
  const folder = system === "floor" ? newFolder() : dir;
  const { firstMs } = await run(
    [join(here, "case.mjs"), system, "L", "process", folder, "1"],
    "FIRST-RUN-DONE",
  );
  if (system === "floor") rmSync(folder, { recursive: true, force: true });
  return { ms: firstMs };
}

/** `maestro --help`, `validate` and `run` beside `node -e 0`: times of whole processes. */
async function startUps() {
  const bin = join(here, "../bin/maestro.cjs");
  const { makeWorkspace } = await import("./workspace.mjs");
  const workspace = makeWorkspace(10);
  const commands = {
    node: ["-e", "0"],
    "maestro --help": [bin, "--help"],
    "maestro validate, 10 scores": [bin, "validate"],
    "maestro run, 1 step": [bin, "run", "one"],
    [FIRST]: [bin, "validate", "--no-types"],
  };
  const fresh = makeWorkspace(10);
  const must = {
    "maestro --help": 1.5,
    "maestro validate, 10 scores": 2.5,
    "maestro run, 1 step": 2.6,
    [FIRST]: 2.5,
  };
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = -1; round < (isQuick ? 5 : 15); round++) {
    for (const [name, args] of Object.entries(commands)) {
      if (name === FIRST) rmSync(join(fresh, ".maestro"), { recursive: true, force: true });
      const { ms } = await run(args, undefined, name === FIRST ? fresh : workspace);
      if (round >= 0) times[name].push(ms);
    }
  }
  for (const folder of [workspace, fresh]) rmSync(folder, { recursive: true, force: true });
  return Object.keys(must).map((name) => ({
    system: "maestro",
    case: name,
    durability: "power",
    ms: Number(median(times[name]).toFixed(1)),
    ratioToNode: Number(median(times[name].map((ms, i) => ms / times.node[i])).toFixed(2)),
    must: must[name],
  }));
}

function toRows(kind, durability, found) {
  const field = (system, name) => found[system].map((one) => one[name]);
  if (kind === "L") {
    const ratio = median(field("maestro", "ms").map((ms, i) => ms / found.floor[i].ms));
    return ["floor", "maestro"].map((system) => ({
      system,
      case: "L",
      durability,
      ms: Number(median(field(system, "ms")).toFixed(1)),
      ratioToFloor: system === "floor" ? 1 : Number(ratio.toFixed(2)),
    }));
  }
  const ratios = field("maestro", "stepsPerSec").map((rate, i) => rate / found.floor[i].stepsPerSec);
  const cpuRatios = field("maestro", "cpuUsPerStep").map((cpu, i) => cpu / found.floor[i].cpuUsPerStep);
  return ["floor", "maestro"].map((system) => ({
    system,
    case: kind,
    durability,
    stepsPerSec: median(field(system, "stepsPerSec")),
    cpuUsPerStep: median(field(system, "cpuUsPerStep")),
    ratioToFloor: system === "floor" ? 1 : Number(median(ratios).toFixed(3)),
    cpuToFloor: system === "floor" ? 1 : Number(median(cpuRatios).toFixed(2)),
    ...(kind === "C" ? { peakRssMb: median(field(system, "peakRssMb")) } : {}),
    ...(system === "maestro" && MUST[`${kind} ${durability}`] ? { must: MUST[`${kind} ${durability}`] } : {}),
  }));
}

function printTable(rows) {
  const lines = [
    [
      "case",
      "durability",
      "system",
      "steps/s",
      "CPU µs/step",
      "CPU ÷ floor",
      "÷ floor",
      "÷ node -e 0",
      "÷ tsc",
      "÷ inline",
      "must",
      "RSS MB",
      "ms",
    ],
  ];
  for (const row of rows) {
    lines.push([
      row.case,
      row.durability ?? "",
      row.system,
      row.stepsPerSec?.toLocaleString("en") ?? "",
      row.cpuUsPerStep?.toFixed(1) ?? "",
      row.cpuToFloor?.toFixed(2) ?? "",
      row.ratioToFloor?.toFixed(2) ?? "",
      row.ratioToNode?.toFixed(2) ?? "",
      row.ratioToTsc?.toFixed(2) ?? "",
      row.ratioToInline?.toFixed(2) ?? "",
      row.must === undefined ? "" : `${(row.ratioToFloor ?? row.ratioToInline) ? "≥" : "≤"} ${row.must}`,
      row.peakRssMb?.toString() ?? "",
      row.ms?.toString() ?? "",
    ]);
  }
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  for (const line of lines)
    console.log(
      line.map((text, i) => (i < 3 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join("  "),
    );
}
