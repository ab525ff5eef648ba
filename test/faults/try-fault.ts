import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import type { Fault, Finder } from "./fault.ts";

const ROOT = join(import.meta.dirname, "../..");
const COPIED = [
  "src",
  "test/sim",
  "test/engine",
  "test/store",
  "test/players",
  "test/plain-total.ts",
  "migrations",
];
const SETTINGS = ["package.json", "tsconfig.json", "vitest.config.ts"];
/** A fault may also make something wait for ever. */
const LONGEST_MS = 120_000;

/** The source with the fault in it. @throws Error when the text to replace does not stand there exactly once */
export function faultySource({ name, file, from, to }: Fault): string {
  const source = readFileSync(join(ROOT, "src", file), "utf8");
  const times = source.split(from).length - 1;
  if (times !== 1)
    throw new Error(`"${name}": src/${file} has this ${times} times: ${from}. Say where the fault is now.`);
  return source.replace(from, () => to);
}

/**
 * Lets what is to find the fault look at a copy of the sources that has it; without a fault, at one that has none.
 * @returns what was found; `undefined` when nothing was
 */
export async function findFault(foundBy: Finder, fault?: Fault): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "maestro-fault-"));
  try {
    for (const part of [...COPIED, ...SETTINGS])
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
    // None of these tests needs a build.
    writeFileSync(join(folder, "test/fresh-build.ts"), "export default () => {};\n");
    if (fault) writeFileSync(join(folder, "src", fault.file), faultySource(fault));
    return await ("seeds" in foundBy ? findBySeeds(folder, foundBy.seeds) : findByTest(folder, foundBy));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function findBySeeds(folder: string, seeds: number): Promise<string | undefined> {
  const { stdout, stderr } = await run(folder, [
    "test/sim/sim.ts",
    "--seeds",
    `${seeds}`,
    "--json",
    "--bail",
  ]);
  const told = toJson(stdout) as { failed: { seed: number; violations: string[] }[] } | undefined;
  if (!told) throw new Error(`the simulation says nothing: ${stderr.slice(0, 2_000)}`);
  const [first] = told.failed;
  return first && `seed ${first.seed}: ${first.violations[0]}`;
}

/** The test has to be there, and to fail itself. */
async function findByTest(
  folder: string,
  { file, title }: { readonly file: string; readonly title: string },
): Promise<string | undefined> {
  const report = join(folder, "report.json");
  const pattern = title.replace(/[.*+?^$()[\]{}|\\]/g, "\\$&");
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const json = ["--reporter=json", `--outputFile=${report}`];
  const { stderr } = await run(folder, [vitest, "run", "--root", folder, ...json, file, "-t", pattern]);
  const told = toJson(readFileSync(report, "utf8")) as Report | undefined;
  const tests = told?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? [];
  const test = tests.find((one) => one.title === title);
  if (!test || (test.status !== "failed" && test.status !== "passed"))
    throw new Error(`${file} did not come to "${title}": ${stderr.slice(0, 2_000)}`);
  return test.status === "failed" ? `${file}: ${title}` : undefined;
}

interface Report {
  readonly testResults: {
    readonly assertionResults: { readonly title: string; readonly status: string }[];
  }[];
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function run(
  cwd: string,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = spawn(execPath, args, { cwd, timeout: LONGEST_MS, killSignal: "SIGKILL" });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve) => child.on("close", () => resolve({ stdout, stderr })));
}
