import type { ExitCode, Io } from "../io.ts";
import { type RerunOptions, run as rerun } from "./rerun.ts";

/** `maestro retry <run>`: a new run that plays what failed in an earlier one, and takes over all else. */
export function run(io: Io, words: string[], options: Omit<RerunOptions, "set" | "rev">): Promise<ExitCode> {
  return rerun(io, words, { ...options, set: [], rev: "run" });
}
