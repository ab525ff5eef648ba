import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A native tsc. */
export interface Compiler {
  /** The program itself: no Node is started for it. */
  readonly program: string;
  /** Its `package.json`, which changes with its version. */
  readonly packageFile: string;
}

/** The first version whose compiler is native. */
const OLDEST_MAJOR = 7;

/**
 * TypeScript's native compiler: the one installed for the workspace at `root`, so that it agrees with the editor, else the
 * one that Maestro brings. An older TypeScript is passed over: it takes several times as long. `undefined` when there is none.
 */
export function findCompiler(root: string): Compiler | undefined {
  return compilerSeenFrom(join(root, "package.json")) ?? compilerSeenFrom(import.meta.url);
}

function compilerSeenFrom(place: string): Compiler | undefined {
  try {
    const packageFile = createRequire(place).resolve("typescript/package.json");
    const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };
    if (Number.parseInt(version, 10) < OLDEST_MAJOR) return undefined;
    const { platform, arch } = process;
    const native = createRequire(packageFile).resolve(
      `@typescript/typescript-${platform}-${arch}/package.json`,
    );
    const program = join(dirname(native), "lib", platform === "win32" ? "tsc.exe" : "tsc");
    return existsSync(program) ? { program, packageFile } : undefined;
  } catch {
    return undefined;
  }
}
