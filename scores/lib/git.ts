/** Reading a git repository through the git command: no shell, nothing written, stopped by a signal. */
import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";

const MOST_OUTPUT_BYTES = 128 * 1024 * 1024;

/** Where git is run, and what stops it. */
export interface GitCall {
  readonly repo: string;
  readonly signal?: AbortSignal;
}

interface Failed {
  readonly code: number | string | null | undefined;
  readonly stderr: string;
}

type Ended = { readonly stdout: string } | { readonly failed: Failed };

/**
 * What git printed.
 * @throws Error with one sentence that says what git objected to, or that git is missing
 */
export async function runGit(args: readonly string[], call: GitCall): Promise<string> {
  const ended = await endOf(args, call);
  if ("stdout" in ended) return ended.stdout;
  throw new Error(await whyItFailed(ended.failed, call.repo));
}

/** What git printed, trimmed, or `undefined` when git said no. Still throws when git is missing or was stopped. */
export async function askGit(args: readonly string[], call: GitCall): Promise<string | undefined> {
  const ended = await endOf(args, call);
  if ("stdout" in ended) return ended.stdout.trim();
  if (typeof ended.failed.code === "number") return undefined;
  throw new Error(await whyItFailed(ended.failed, call.repo));
}

/** @throws Error when `repo` is no folder, no git repository, or git cannot be run */
export async function requireRepository(call: GitCall): Promise<void> {
  const found = await stat(call.repo).catch(() => undefined);
  if (!found?.isDirectory())
    throw new Error(`There is no folder "${call.repo}": give the folder of a git repository as "repo".`);
  await runGit(["rev-parse", "--git-dir"], call);
}

function endOf(args: readonly string[], { repo, signal }: GitCall): Promise<Ended> {
  const options = {
    env: gitEnvironment(process.env),
    maxBuffer: MOST_OUTPUT_BYTES,
    ...(signal ? { signal } : {}),
  };
  return new Promise((resolve, reject) => {
    execFile("git", ["-C", repo, ...args], options, (error, stdout, stderr) => {
      if (!error) resolve({ stdout });
      else if (signal?.aborted) reject(signal.reason instanceof Error ? signal.reason : error);
      else resolve({ failed: { code: error.code, stderr } });
    });
  });
}

/**
 * The environment without the variables by which a hook or another tool points git at its own repository,
 * and with those that keep git in English, quiet and off the terminal.
 */
export function gitEnvironment(from: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(from).filter(
    ([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|NAMESPACE)$/.test(name),
  );
  return { ...Object.fromEntries(kept), LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" };
}

async function whyItFailed({ code, stderr }: Failed, repo: string): Promise<string> {
  if (code === "ENOENT")
    return "git is not installed, or not on the PATH: install it (https://git-scm.com) and run this again.";
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER")
    return `git printed more than ${MOST_OUTPUT_BYTES / 1024 / 1024} MB: choose a shorter range.`;
  if (stderr.includes("not a git repository")) {
    return `"${repo}" is not inside a git repository: run this in one, or give its folder as "repo".`;
  }
  if (stderr.includes("dubious ownership")) {
    return `git does not read "${repo}" because the folder belongs to another user: run \`git config --global --add safe.directory <folder>\` if you trust it.`;
  }
  const firstLine = stderr.split("\n")[0]?.replace(/^(fatal|error): /, "") || `it ended with ${code}`;
  return `git could not read "${repo}": ${firstLine}.`;
}
