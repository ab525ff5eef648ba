import type { Io } from "./io.ts";

/** Who does something, for the record: as they say, else as the system calls them. */
export function whoIs({ env }: Io, said: string | undefined): string {
  return said ?? env.USER ?? env.USERNAME ?? "unknown";
}
