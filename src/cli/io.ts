/** What a command may touch of the world. The process itself stays in `bin.ts`. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes to standard output, as it is. */
  write(text: string): void;
  /** Writes a line to standard error. */
  warn(line: string): void;
  readonly isTerminal: boolean;
  readonly hasColor: boolean;
  readStdin(): Promise<string>;
  /** Calls `handler` at each Ctrl-C or SIGTERM; the returned function takes that back. */
  onInterrupt(handler: () => void): () => void;
  /** Leaves at once, whatever is under way. */
  leave(exitCode: number): never;
  readonly pid: number;
}

/** What a command ends with. */
export const EXIT = { ok: 0, problems: 1, usage: 2, environment: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
