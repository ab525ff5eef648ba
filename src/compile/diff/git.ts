import { execFile } from "node:child_process";
import { realpathSync } from "node:fs";
import { MaestroError } from "../../diagnostics/index.ts";

const MOST_OUTPUT_BYTES = 128 * 1024 * 1024;

/** What somebody asked of git that it does not have; one sentence for them. */
export class GitRefusal extends Error {
  override readonly name = "GitRefusal";
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** How git is started: in which folder, and in which environment. */
export interface GitPlace {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface GitOptions {
  readonly stdin?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * What git printed. No shell, no terminal; a repository's own hooks and watchers are not run.
 * @throws MaestroError MR2009 when git cannot be started
 * @throws GitRefusal when git says no
 */
export function runGit(
  args: readonly string[],
  { folder, env }: GitPlace,
  { stdin = "", env: more = {} }: GitOptions = {},
): Promise<string> {
  const options = { cwd: folder, env: { ...toGitEnvironment(env), ...more }, maxBuffer: MOST_OUTPUT_BYTES };
  const quiet = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];
  return new Promise((done, fail) => {
    const child = execFile("git", [...quiet, ...args], options, (error, stdout, stderr) => {
      if (!error) done(stdout);
      else if (typeof error.code === "number") fail(toRefusal(stderr, folder));
      else fail(new MaestroError("MR2009", { package: "git", why: toReason(error) }));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(stdin);
  });
}

function toReason(error: { readonly code?: unknown; readonly message: string }): string {
  return error.code === "ENOENT" ? "it is not installed, or not on the PATH" : error.message;
}

function toRefusal(stderr: string, folder: string): GitRefusal {
  if (stderr.includes("not a git repository"))
    return new GitRefusal(
      `${folder} is not in a git repository.`,
      "maestro diff compares states that git keeps",
    );
  if (stderr.includes("dubious ownership"))
    return new GitRefusal(
      `git does not read ${folder}, because the folder belongs to another user.`,
      "if you trust it: git config --global --add safe.directory <folder>",
    );
  return new GitRefusal(`git says: ${stderr.split("\n")[0]?.replace(/^(fatal|error): /, "") || "no"}.`);
}

/** Without the variables by which a hook points git at its own repository; in English, quiet, off the terminal. */
function toGitEnvironment(env: GitPlace["env"]): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(
    ([name]) =>
      !/^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES)$/.test(
        name,
      ),
  );
  return {
    ...Object.fromEntries(kept),
    LC_ALL: "C",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    // Pointers are enough: a definition is no large file.
    GIT_LFS_SKIP_SMUDGE: "1",
  };
}

/**
 * The commit that `ref` names: a branch, a tag, a hash, `HEAD~2`.
 * @throws GitRefusal when there is none; what begins with `-` is never an option
 */
export async function findCommit(ref: string, place: GitPlace): Promise<string> {
  const refuse = () =>
    new GitRefusal(
      `git knows no commit "${ref}".`,
      "a branch, a tag, a commit or HEAD~2; two of them as main..HEAD",
    );
  if (ref.startsWith("-")) throw refuse();
  await findTopLevel(place);
  try {
    return (
      await runGit(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], place)
    ).trim();
  } catch (error) {
    throw error instanceof GitRefusal ? refuse() : error;
  }
}

/** The commit from which two went apart. */
export async function findForkPoint(a: string, b: string, place: GitPlace): Promise<string> {
  const [from, to] = [await findCommit(a, place), await findCommit(b, place)];
  try {
    return (await runGit(["merge-base", from, to], place)).trim();
  } catch (error) {
    throw error instanceof GitRefusal
      ? new GitRefusal(`"${a}" and "${b}" have no history in common.`)
      : error;
  }
}

/** The folder of the repository around `place`, symbolic links followed. */
export async function findTopLevel(place: GitPlace): Promise<string> {
  return realpathSync((await runGit(["rev-parse", "--show-toplevel"], place)).replace(/\r?\n$/, ""));
}
