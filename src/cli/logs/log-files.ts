import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";

interface OpenFile {
  readonly number: number;
  readonly fd: number;
  /** Up to where it has been read. */
  at: number;
}

const CHUNK_BYTES = 64 * 1024;

/**
 * The lines of the orchestrator's log, in its files one after the other, as far as it has written them. Asking again goes
 * on where it was, also when another file has been begun or old ones are gone meanwhile: what is read stays open.
 */
export class LogFiles {
  readonly #folder: string;
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #open: OpenFile | undefined;
  #decoder = new StringDecoder("utf8");
  #rest = "";

  constructor(folder: string) {
    this.#folder = folder;
  }

  *read(): Generator<string> {
    for (;;) {
      if (this.#open) yield* this.#readOpen(this.#open);
      const next = this.#numbers().find((number) => number > (this.#open?.number ?? -1));
      if (next === undefined) return;
      // What was written to the last one before the next one was begun.
      if (this.#open) yield* this.#readOpen(this.#open);
      if (!this.#begin(next)) return;
    }
  }

  close(): void {
    if (this.#open) closeSync(this.#open.fd);
    this.#open = undefined;
  }

  #begin(number: number): boolean {
    try {
      const fd = openSync(join(this.#folder, `orchestrator.${number}.log`), "r");
      this.close();
      this.#open = { number, fd, at: 0 };
      this.#decoder = new StringDecoder("utf8");
      this.#rest = "";
      return true;
    } catch {
      // It was the oldest, and is gone. The next look finds those that are left.
      return false;
    }
  }

  *#readOpen(open: OpenFile): Generator<string> {
    while (open.at < fstatSync(open.fd).size) {
      const bytes = readSync(open.fd, this.#chunk, 0, CHUNK_BYTES, open.at);
      if (bytes === 0) return;
      open.at += bytes;
      const lines = (this.#rest + this.#decoder.write(this.#chunk.subarray(0, bytes))).split("\n");
      this.#rest = lines.pop()!;
      yield* lines;
    }
  }

  /** Sorted: the oldest first. */
  #numbers(): number[] {
    try {
      return readdirSync(this.#folder)
        .flatMap((name) => /^orchestrator\.(\d+)\.log$/.exec(name)?.[1] ?? [])
        .map(Number)
        .sort((a, b) => a - b);
    } catch {
      return [];
    }
  }
}
