import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { findTopLevel, type GitPlace, runGit } from "./git.ts";

/** Outside of the workspace only what it may import, or what says how: a large repository has more. */
const SOURCE = /\.(?:[cm]?[jt]sx?|json)$/;
const MAESTRO = ".maestro";

/**
 * Takes the state of `commit` out of git, into a folder under the system's temporary one. Neither the working tree nor
 * the index is touched: git writes through an index of its own. What git ignores is linked from the working tree:
 * installed packages, and what was built or generated.
 * @param place the workspace, which may be a folder within a larger repository
 * @param onFolder called with what deletes the folder, before anything is in it; what it is linked with stays
 * @returns the workspace in that folder; empty when the commit has none there
 */
export async function takeOut(
  commit: string,
  place: GitPlace,
  onFolder: (remove: () => void) => void,
): Promise<string> {
  const topLevel = await findTopLevel(place);
  const inside = relative(topLevel, place.folder);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "maestro-diff-")));
  onFolder(() => rmSync(folder, { recursive: true, force: true }));
  const tree = join(folder, "tree");
  const root = join(tree, inside);
  mkdirSync(tree);
  const target = { prefix: inside.split(sep).join("/"), tree, index: join(folder, "index") };
  await writeTree(commit, target, { ...place, folder: topLevel });
  mkdirSync(root, { recursive: true });
  await linkIgnored(topLevel, tree, place);
  linkPackages({ from: place.folder, topLevel, folder, tree });
  return root;
}

interface Target {
  /** The workspace's path in the repository, with `/`; empty when it is the repository. */
  readonly prefix: string;
  readonly tree: string;
  readonly index: string;
}

async function writeTree(commit: string, { prefix, tree, index }: Target, place: GitPlace): Promise<void> {
  const env = { GIT_INDEX_FILE: index };
  const names = await runGit(["ls-tree", "-r", "-z", "--full-tree", "--name-only", commit], place);
  const wanted = names
    .split("\0")
    .filter((name) => name !== "" && (prefix === "" || name.startsWith(`${prefix}/`) || SOURCE.test(name)));
  await runGit(["-c", "core.sparseCheckout=false", "read-tree", commit], place, { env });
  await runGit(["checkout-index", "--quiet", "--force", "-z", "--stdin", `--prefix=${tree}${sep}`], place, {
    env,
    stdin: wanted.map((name) => `${name}\0`).join(""),
  });
}

async function linkIgnored(topLevel: string, tree: string, place: GitPlace): Promise<void> {
  const listed = await runGit(
    ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"],
    { ...place, folder: topLevel },
  );
  for (const name of listed.split("\0")) {
    const isFolder = name.endsWith("/");
    const path = isFolder ? name.slice(0, -1) : name;
    if (path === "" || path.split("/").at(-1) === MAESTRO || !(isFolder || SOURCE.test(path))) continue;
    link(join(topLevel, path), join(tree, path));
  }
}

/** `node_modules` of the workspace and of every folder around it, whether git ignores them or not. */
function linkPackages({
  from,
  topLevel,
  folder,
  tree,
}: {
  readonly from: string;
  readonly topLevel: string;
  readonly folder: string;
  readonly tree: string;
}): void {
  for (let at = from; ; at = dirname(at)) {
    const isInside = at === topLevel || at.startsWith(topLevel + sep);
    const target = isInside ? join(tree, relative(topLevel, at)) : folder;
    if (existsSync(join(at, "node_modules"))) link(join(at, "node_modules"), join(target, "node_modules"));
    if (at === dirname(at)) return;
  }
}

function link(from: string, to: string): void {
  if (lstatSync(to, { throwIfNoEntry: false }) || !existsSync(dirname(to))) return;
  const isFolder = statSync(from).isDirectory();
  // A junction needs no rights on Windows; elsewhere the word means nothing.
  symlinkSync(from, to, isFolder ? "junction" : "file");
}
