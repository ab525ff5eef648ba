import type { Io } from "../io.ts";

/** Hands text on to standard error, a whole line at a time. */
export function toErrorOutput(io: Io): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) io.warn(line);
  };
}
