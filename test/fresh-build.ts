import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
/** The last file that a build writes before the types. */
const BUILT = join(ROOT, "dist/examples.json");

/** Many tests start what is built: it takes a quarter of the time that starting the source does. */
export default function freshBuild(): void {
  const builtAt = statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (
    newest("src") < builtAt &&
    newest("build") < builtAt &&
    newest("test/compile/bad") < builtAt &&
    newest("test/deploy/bad") < builtAt
  )
    return;
  execFileSync(process.execPath, [join(ROOT, "build/build.ts")], { cwd: ROOT, stdio: "inherit" });
}

/** When the last of the files below `folder` was written. */
function newest(folder: string): number {
  const files = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return Math.max(...files.map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs));
}
