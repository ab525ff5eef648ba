import { spawn } from "node:child_process";
import { basename, join } from "node:path";
import type { Io } from "../io.ts";

type ToWords = (path: string, line: number, column: number) => readonly string[];

/** Editors with windows of their own, and how they are told a place. */
const WINDOWS: Readonly<Record<string, ToWords>> = {
  code: (path, line, column) => ["-g", `${path}:${line}:${column}`],
  codium: (path, line, column) => ["-g", `${path}:${line}:${column}`],
  cursor: (path, line, column) => ["-g", `${path}:${line}:${column}`],
  subl: (path, line, column) => [`${path}:${line}:${column}`],
  zed: (path, line, column) => [`${path}:${line}:${column}`],
  idea: (path, line, column) => ["--line", String(line), "--column", String(column), path],
  webstorm: (path, line, column) => ["--line", String(line), "--column", String(column), path],
};
/** The others draw on the terminal; most of them are told a line as `vi` is. */
const ON_TERMINAL: Readonly<Record<string, ToWords>> = {
  hx: (path, line, column) => [`${path}:${line}:${column}`],
  helix: (path, line, column) => [`${path}:${line}:${column}`],
  nano: (path, line, column) => [`+${line},${column}`, path],
};
const asVi: ToWords = (path, line) => [`+${line}`, path];

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Does the editor that VISUAL or EDITOR names draw on the terminal? Then nothing else may draw there meanwhile. */
export function isOnTerminal({ env }: Io): boolean {
  const [program] = editorOf(env);
  return program !== undefined && !Object.hasOwn(WINDOWS, basename(program));
}

/** Opens a place in the editor that VISUAL or EDITOR names, and says what is to be known; without one, the place. */
export async function openInEditor(
  { env }: Io,
  root: string,
  { file, line, column }: Place,
): Promise<string> {
  const [program, ...words] = editorOf(env);
  if (program === undefined) return `${file}:${line}:${column}: set EDITOR, and Enter opens it there`;
  const name = basename(program);
  const toWords = WINDOWS[name];
  const own = toWords ?? ON_TERMINAL[name] ?? asVi;
  const child = spawn(program, [...words, ...own(join(root, file), line, column)], {
    stdio: toWords ? "ignore" : "inherit",
    detached: toWords !== undefined,
  });
  return new Promise((resolve, reject) => {
    child.once("error", () => reject(new Error(`${program} cannot be started: ${file}:${line}:${column}`)));
    if (!toWords) child.once("close", () => resolve(""));
    else
      child.once("spawn", () => {
        child.unref();
        resolve(`opened ${file}:${line}:${column}`);
      });
  });
}

function editorOf(env: Io["env"]): readonly string[] {
  return (env.VISUAL || env.EDITOR || "").split(" ").filter(Boolean);
}
