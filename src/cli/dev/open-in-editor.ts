import { spawn } from "node:child_process";
import { basename, join } from "node:path";
import type { Io } from "../io.ts";

/** Editors with windows of their own, and how they are told a place. What draws on the terminal cannot be opened beside us. */
const WINDOWS: Readonly<Record<string, (path: string, line: number, column: number) => readonly string[]>> = {
  code: (path, line, column) => ["-g", `${path}:${line}:${column}`],
  codium: (path, line, column) => ["-g", `${path}:${line}:${column}`],
  cursor: (path, line, column) => ["-g", `${path}:${line}:${column}`],
  subl: (path, line, column) => [`${path}:${line}:${column}`],
  zed: (path, line, column) => [`${path}:${line}:${column}`],
  idea: (path, line, column) => ["--line", String(line), "--column", String(column), path],
  webstorm: (path, line, column) => ["--line", String(line), "--column", String(column), path],
};

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Opens a place in the editor that VISUAL or EDITOR names; of one that draws on the terminal, says the place. */
export async function openInEditor(
  { env }: Io,
  root: string,
  { file, line, column }: Place,
): Promise<string> {
  const [program = "", ...words] = (env.VISUAL ?? env.EDITOR ?? "").split(" ").filter(Boolean);
  const toWords = WINDOWS[basename(program)];
  if (!toWords) return `${file}:${line}:${column}`;
  const path = join(root, file);
  const child = spawn(program, [...words, ...toWords(path, line, column)], {
    stdio: "ignore",
    detached: true,
  });
  return new Promise((resolve, reject) => {
    child.once("error", () => reject(new Error(`${program} cannot be started: ${file}:${line}:${column}`)));
    child.once("spawn", () => {
      child.unref();
      resolve(`opened ${file}:${line}:${column}`);
    });
  });
}
