import { realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";

/**
 * The way from the repository's root to the workspace at `root`, with `/` at its end: `apps/mail/`. Empty where they are the
 * same, and where no CI says what the repository is: GitHub names its folder in `GITHUB_WORKSPACE`.
 */
export function folderInRepository(root: string, env: Readonly<Record<string, string | undefined>>): string {
  const repository = env.GITHUB_WORKSPACE;
  if (!repository) return "";
  try {
    const way = relative(realpathSync(repository), root);
    return way === "" || way.startsWith("..") || isAbsolute(way) ? "" : `${way.split(sep).join("/")}/`;
  } catch {
    return "";
  }
}
