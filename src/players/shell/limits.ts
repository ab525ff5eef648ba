/** What a program may cost. */
export interface ShellLimits {
  /** Kept of each stream: the first half and the last half of it. */
  readonly keptBytes: number;
  /** From the request to end, SIGTERM, to the end by force, SIGKILL. */
  readonly graceMs: number;
  /** What the program started and left behind may go on for, to write what it has to write. */
  readonly lingerMs: number;
}

export const SHELL_LIMITS: ShellLimits = { keptBytes: 1024 * 1024, graceMs: 5_000, lingerMs: 1_000 };
