/** What a command may touch of the world. The process itself stays in `bin.ts`. */
export interface Io {
  readonly cwd: string;
  /** The root of the workspace of a command that stays up: no other one is looked for, also when its configuration is gone. */
  readonly home?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes to standard output, as it is. */
  write(text: string): void;
  /** Writes a line to standard error. */
  warn(line: string): void;
  readonly isTerminal: boolean;
  /** Is there a terminal on both sides, so that somebody can be asked? */
  readonly canAsk: boolean;
  readonly hasColor: boolean;
  /** The terminal's size in cells; 80 × 24 where there is none. */
  size(): { readonly columns: number; readonly rows: number };
  readStdin(): Promise<string>;
  /** Lines of standard input as they come, until it ends. */
  lines(): AsyncIterable<string>;
  /** Calls `handler` at each Ctrl-C or SIGTERM; the returned function takes that back. */
  onInterrupt(handler: () => void): () => void;
  /** Calls `handler` at each SIGHUP; the returned function takes that back. */
  onHangup(handler: () => void): () => void;
  /** What it returns tells whether a terminal that is there now is gone. Loads what knows terminals, which takes a start 3 ms. */
  watchTerminal(): () => boolean;
  /** From here on what cannot be written to a terminal that is gone, or read from it, is no error: SIGHUP tells of it. */
  surviveTerminal(): void;
  /** Stops this process and those it belongs to, as Ctrl-Z does; resolves when somebody has it go on. */
  readonly stop: () => Promise<void>;
  /** Calls `handler` each time this process goes on after it was stopped; the returned function takes that back. */
  readonly onContinue: (handler: () => void) => () => void;
  /** Hands what author code prints to `handler`; the returned function takes that back. */
  captureOutput(handler: (text: string) => void): () => void;
  /** Tells what becomes of the process while author code runs in it; the returned function takes that back. */
  watchProcess(watcher: ProcessWatcher): () => void;
  /** Leaves at once, whatever is under way. */
  leave(exitCode: number): never;
  readonly pid: number;
}

/** What author code can do to the process it is played in. */
export interface ProcessWatcher {
  /** It threw, or left a promise to reject, outside of any step. */
  stray(error: unknown): void;
  /** Nothing is left that could happen: a step waits for what never comes. */
  idle(): void;
  /** It ends the process. Only what is written now is seen; the exit code is `exitCode` unless it was another than 0. */
  ending(): { readonly exitCode: number };
}

/** What a command ends with. */
export const EXIT = { ok: 0, problems: 1, usage: 2, environment: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
