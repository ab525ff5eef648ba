import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
export const BIN = join(REPOSITORY, "bin/maestro.cjs");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started extends Promise<Ended> {
  readonly child: ChildProcess;
  /** Resolves when standard output or standard error holds `text`. */
  said(text: string): Promise<void>;
}

/** A user's workspace in a temporary folder, and the built `maestro` run in it as a process of its own. */
export interface CliWorkspace {
  readonly root: string;
  path(file: string): string;
  write(file: string, text: string): void;
  read(file: string): string;
  has(file: string): boolean;
  /** A file, or a folder with all that is in it. */
  remove(file: string): void;
  maestro(
    words: readonly string[],
    options?: { readonly stdin?: string; readonly env?: Record<string, string>; readonly cwd?: string },
  ): Started;
}

export function makeCliWorkspace(files: Readonly<Record<string, string>> = {}): CliWorkspace {
  const root = mkdtempSync(join(tmpdir(), "maestro-cli-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  mkdirSync(join(root, "node_modules"));
  symlinkSync(REPOSITORY, join(root, "node_modules/maestro-ts"));
  symlinkSync(join(REPOSITORY, "node_modules/zod"), join(root, "node_modules/zod"));
  const config =
    'import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ store: { durability: "process" } });\n';
  const all = {
    "package.json": '{ "name": "fixture", "private": true, "type": "module" }\n',
    "maestro.config.ts": config,
    ...files,
  };
  for (const [file, text] of Object.entries(all)) write(file, text);
  return {
    root,
    path: (file) => join(root, file),
    write,
    read: (file) => readFileSync(join(root, file), "utf8"),
    has: (file) => existsSync(join(root, file)),
    remove: (file) => rmSync(join(root, file), { recursive: true }),
    maestro: (words, { stdin, env = {}, cwd = root } = {}) => start(words, { stdin, env, cwd }),
  };
}

function start(
  words: readonly string[],
  { stdin, env, cwd }: { stdin: string | undefined; env: Record<string, string>; cwd: string },
): Started {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [BIN, ...words], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  const listeners = new Set<() => void>();
  const hear = () => {
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", (text) => {
    stdout += text;
    hear();
  });
  child.stderr.on("data", (text) => {
    stderr += text;
    hear();
  });
  child.stdin.on("error", () => {});
  child.stdin.end(stdin ?? "");
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => (stdout + stderr).includes(text) && resolve();
      listeners.add(look);
      look();
      ended.then(
        () => reject(new Error(`it ended without saying ${JSON.stringify(text)}:\n${stdout}${stderr}`)),
        reject,
      );
    });
  return Object.assign(ended, { child, said }) as Started;
}

/** A score of three steps: the second one writes a line to `ledger` and takes as long as `ms` says. */
export const SLOW_SCORE = `import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";

const start = input(z.object({ n: z.int().default(1), ms: z.int().default(0), ledger: z.string().default("ledger") }));

const first = task({
  input: { n: start.n, ledger: start.ledger },
  output: z.object({ n: z.number() }),
  run: ({ input }) => {
    appendFileSync(input.ledger, "first\\n");
    return { n: input.n + 1 };
  },
});
const second = task({
  input: { n: first.output.n, ms: start.ms, ledger: start.ledger },
  output: z.object({ n: z.number() }),
  run: async ({ input, signal }) => {
    appendFileSync(input.ledger, "second\\n");
    await sleep(input.ms, undefined, { signal });
    return { n: input.n * 10 };
  },
});
const third = task({
  input: { n: second.output.n, ledger: start.ledger },
  output: z.object({ n: z.number() }),
  run: ({ input }) => {
    appendFileSync(input.ledger, "third\\n");
    return { n: input.n + 3 };
  },
});

export default defineScore({ id: "slow", title: "Three steps", input: start, nodes: { first, second, third }, output: { n: third.output.n } });
`;
