import type { Io } from "../../src/cli/io.ts";

/** An `Io` that keeps what is written. Whatever a command has no use for throws, unless `rest` gives it. */
export function fakeIo(cwd: string, rest: Partial<Io> = {}): Io & { readonly written: string[] } {
  const written: string[] = [];
  const never = () => {
    throw new Error("this command has no use for this");
  };
  return {
    cwd,
    env: {},
    written,
    write: (text) => void written.push(text),
    warn: never,
    isTerminal: false,
    canAsk: false,
    hasColor: false,
    size: never,
    readStdin: never,
    lines: never,
    onInterrupt: never,
    onHangup: never,
    surviveTerminal: never,
    watchTerminal: never,
    stop: never,
    onContinue: never,
    captureOutput: never,
    watchProcess: never,
    leave: never,
    pid: 1,
    ...rest,
  };
}
