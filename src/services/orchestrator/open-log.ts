import { join } from "node:path";
import pino from "pino";
import roll from "pino-roll";
import type { Facts, Log } from "./log.ts";

export interface LogOptions {
  /** Absolute path of the folder for its files; made when it is missing. */
  readonly folder: string;
  /** Takes each line, which ends with a line feed, beside the files. */
  readonly write: (line: string) => void;
  /** Takes values out of a line that must not stand in it. */
  readonly redact: (line: string) => string;
}

export interface OpenLog extends Log {
  /** Resolves when every line is in the file. */
  close(): Promise<void>;
}

/** Facts that are never said, whatever is in them. */
const UNSAID = ["authorization", "password", "secret", "token", "apiKey"];
/** Beside the one that is written to. */
const OLD_FILES = 4;

/**
 * Says what happens as JSON lines, in files of 10 MB of which five are kept, and beside them.
 * @throws Error when the folder cannot be written to
 */
export async function openLog({ folder, write, redact }: LogOptions): Promise<OpenLog> {
  const file = await roll({
    file: join(folder, "orchestrator"),
    extension: ".log",
    size: "10m",
    limit: { count: OLD_FILES, removeOtherLogFiles: true },
    mkdir: true,
    mode: 0o600,
  });
  // A full disk: what is said is still said beside the file.
  file.on("error", () => {});
  const both = {
    write(line: string) {
      const clean = redact(line);
      file.write(clean);
      write(clean);
    },
  };
  const logger = pino(
    {
      base: null,
      messageKey: "event",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: UNSAID.flatMap((name) => [name, `*.${name}`]),
    },
    both,
  );
  return {
    info: (event: string, facts: Facts = {}) => logger.info(facts, event),
    warn: (event: string, facts: Facts = {}) => logger.warn(facts, event),
    error: (event: string, facts: Facts = {}) => logger.error(facts, event),
    close: () =>
      new Promise((resolve) => {
        file.once("close", resolve);
        file.end();
      }),
  };
}
