import { relative } from "node:path";
import type { Io } from "../io.ts";
import { warnLines } from "../write-line.ts";

/** Says once who has the store while this process waits for it. */
export function sayWaiting(io: Io, file: string) {
  return ({ pid, command }: { readonly pid?: number; readonly command?: string }) => {
    const who = pid === undefined ? "another process" : `pid ${pid}${command ? ` (${command})` : ""}`;
    warnLines(io, `waiting for ${who}, which owns ${relative(io.cwd, file) || file}`);
  };
}
