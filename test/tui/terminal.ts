import { createRequire } from "node:module";
import type { Terminal } from "@xterm/headless";

const require = createRequire(import.meta.url);
// Both are CommonJS; the first has its program in a package a platform, so nothing is compiled at installation.
const { spawn } = require("@lydell/node-pty") as typeof import("@lydell/node-pty");
const { Terminal: Emulator } = require("@xterm/headless") as typeof import("@xterm/headless");

/** Neighbours of one look. */
export interface Stretch {
  readonly column: number;
  readonly text: string;
  /** 0 to 7 as the terminal numbers them, and 8 and more for the bright ones. */
  readonly color: number | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isInverse: boolean;
}

export interface Pty {
  readonly pid: number;
  /** What stands on the screen, with its looks, a list a line. */
  stretches(): Stretch[][];
  /** The lines that stand on the screen, without blanks at their ends. */
  lines(): string[];
  /** Resolves with the screen when `isRight` says so of its text. */
  sees(isRight: string | RegExp | ((text: string) => boolean)): Promise<string>;
  type(text: string): void;
  kill(signal: string): void;
  /** Closes its window. */
  hangUp(): void;
  resize(columns: number, rows: number): void;
  /** Is the alternate screen shown? And is the cursor? */
  readonly isAlternate: boolean;
  /** Everything that was written to the terminal. */
  readonly written: string;
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number }>;
}

/** What is not seen by then is not coming. */
const PATIENCE_MS = 30_000;

export interface PtyOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program in a terminal of its own, which a person could sit at. */
export function openPty(program: string, words: readonly string[], options: PtyOptions): Pty {
  const { cwd, columns = 80, rows = 24, env = {} } = options;
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...inherited } = process.env as Record<string, string>;
  const terminal: Terminal = new Emulator({ cols: columns, rows, allowProposedApi: true, scrollback: 200 });
  const pty = spawn(program, [...words], {
    cwd,
    cols: columns,
    rows,
    name: env.TERM ?? "xterm-256color",
    env: { ...inherited, LANG: "C.UTF-8", USER: "ada", ...env },
  });
  const waiting = new Set<() => void>();
  let written = "";
  pty.onData((data) => {
    written += data;
    terminal.write(data, () => {
      for (const look of waiting) look();
    });
  });
  // What a terminal is asked it answers.
  terminal.onData((data) => pty.write(data));
  const lines = () => {
    const { active } = terminal.buffer;
    return Array.from({ length: terminal.rows }, (_unused, i) =>
      (active.getLine(active.baseY + i)?.translateToString(true) ?? "").trimEnd(),
    );
  };
  const ended = new Promise<{ exitCode: number; signal: number }>((resolve) =>
    // When the screen shows all that was written: its emulator reads later than it is told.
    pty.onExit(({ exitCode, signal = 0 }) => terminal.write("", () => resolve({ exitCode, signal }))),
  );
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
    for (const look of waiting) look();
  });
  return {
    pid: pty.pid,
    lines,
    stretches: () => stretchesOf(terminal),
    sees: (isRight) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(
            new Error(`${String(isRight)} was not seen in ${PATIENCE_MS / 1_000} s:\n${lines().join("\n")}`),
          );
        }, PATIENCE_MS);
        const look = () => {
          const text = lines().join("\n");
          const isThere =
            typeof isRight === "string"
              ? text.includes(isRight)
              : isRight instanceof RegExp
                ? isRight.test(text)
                : isRight(text);
          if (isThere) {
            clearTimeout(timer);
            waiting.delete(look);
            resolve(text);
          } else if (hasEnded) {
            clearTimeout(timer);
            waiting.delete(look);
            reject(new Error(`it ended, and ${String(isRight)} was never seen:\n${text}`));
          }
        };
        waiting.add(look);
        look();
      }),
    type: (text) => pty.write(text),
    kill: (signal) => pty.kill(signal),
    hangUp: () => (pty as unknown as { destroy(): void }).destroy(),
    resize(to, high) {
      terminal.resize(to, high);
      pty.resize(to, high);
    },
    get isAlternate() {
      return terminal.buffer.active.type === "alternate";
    },
    get written() {
      return written;
    },
    ended,
  };
}

function stretchesOf({ buffer: { active }, rows, cols }: Terminal): Stretch[][] {
  return Array.from({ length: rows }, (_unused, y) => {
    const found: Stretch[] = [];
    const line = active.getLine(active.baseY + y);
    for (let column = 0; line && column < cols; column++) {
      const cell = line.getCell(column)!;
      const look = {
        color: cell.isFgPalette() ? cell.getFgColor() : undefined,
        isBold: cell.isBold() !== 0,
        isDim: cell.isDim() !== 0,
        isInverse: cell.isInverse() !== 0,
      };
      const text = cell.getChars() || (cell.getWidth() === 0 ? "" : " ");
      const last = found.at(-1);
      const isSame =
        last && Object.entries(look).every(([key, value]) => last[key as keyof Stretch] === value);
      if (isSame) found[found.length - 1] = { ...last, text: last.text + text };
      else found.push({ column, text, ...look });
    }
    return found;
  });
}
