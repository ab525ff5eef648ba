import { spawn } from "node:child_process";
import { setPriority, totalmem } from "node:os";
import { ensureMaestroFolder } from "../cache.ts";
import type { Compiler } from "./find-compiler.ts";
import { type CompilerOutput, parseOutput } from "./parse-output.ts";

/** How a compiler is run. */
export interface RunOptions {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

/** What a compiler that was run has given; `failure` says in words that it gave no answer. */
export type Compiled = CompilerOutput & { readonly failure?: string };

const MB = 2 ** 20;
/**
 * Go collects no garbage: 1,000 scores take a third less work, and a tenth more memory (650 MB). A quarter of the
 * machine's memory is the limit above which it collects as often as it has to.
 */
const ENVIRONMENT = {
  GOGC: "off",
  GOMEMLIMIT: `${Math.max(1_024, Math.floor(totalmem() / 4 / MB))}MiB`,
};
/**
 * As much less urgent than what evaluates that this gets one processor of two, and tsc all of them once it is done: where
 * tsc had its most while the other still had its own, that was 130 MB more.
 */
const LATER = 3;
const BUILD_INFO = ".maestro/cache/types.tsbuildinfo";
/** 0: nothing wrong; 1 and 2: errors were printed. */
const ANSWERS: readonly (number | null)[] = [0, 1, 2];

/** Checks the types of the project at `root`, as its tsconfig.json says, and writes nothing but its own cache. */
export function runCompiler({ program }: Compiler, { root, env, signal }: RunOptions): Promise<Compiled> {
  const child = spawn(program, [...FLAGS, ...incremental(root)], {
    cwd: root,
    env: { ...ENVIRONMENT, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
    ...(signal === undefined ? {} : { signal }),
  });
  putLater(child.pid);
  return new Promise((resolve) => {
    let printed = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    const fail = (failure: string) => resolve({ problems: [], files: [], rest: [], failure });
    child.on("error", (error) => fail(error.message));
    child.on("close", (code, by) => {
      const output = parseOutput(printed);
      if (code === 0 || (ANSWERS.includes(code) && output.problems.length > 0)) return resolve(output);
      const [said = by ? `it was ended by ${by}` : `exit code ${code}`] = [
        ...errors.trim().split("\n").filter(Boolean),
        ...output.rest,
      ];
      fail(said);
    });
  });
}

function putLater(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, LATER);
  } catch {
    // It has ended, or this system decides for itself.
  }
}

const FLAGS = ["--project", ".", "--noEmit", "--pretty", "false", "--listFiles"];

/** A workspace that cannot be written to is checked all the same, from the beginning each time. */
function incremental(root: string): string[] {
  try {
    ensureMaestroFolder(root);
    return ["--incremental", "--tsBuildInfoFile", BUILD_INFO];
  } catch {
    return ["--incremental", "false"];
  }
}
