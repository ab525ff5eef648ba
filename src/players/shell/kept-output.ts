import type { Redactor } from "../redactor.ts";

/** What a stream brought: its first and its last bytes, up to half of `keptBytes` each, in memory that does not grow. */
export class KeptOutput {
  readonly #half: number;
  #head = Buffer.alloc(0);
  #headBytes = 0;
  /** The last bytes, written round and round. */
  #tail: Buffer | undefined;
  #tailBytes = 0;

  constructor(keptBytes: number) {
    this.#half = keptBytes / 2;
  }

  add(chunk: Buffer): void {
    const rest = this.#addToHead(chunk);
    if (rest.length > 0) this.#addToTail(rest);
  }

  /** As text; where bytes were left out a line says how many. Secrets are taken out, also at that place. */
  toText(redactor: Redactor): string {
    const head = this.#head.subarray(0, this.#headBytes);
    const tail = this.#toTail();
    const leftOut = this.#tailBytes - tail.length;
    if (leftOut === 0) return redactor.text(Buffer.concat([head, tail]).toString());
    const first = redactor.cutText(head.subarray(0, wholeEnd(head)).toString(), "end");
    const last = redactor.cutText(tail.subarray(wholeStart(tail)).toString(), "start");
    return `${first}\n… ${leftOut} bytes left out …\n${last}`;
  }

  /** @returns what did not fit */
  #addToHead(chunk: Buffer): Buffer {
    const taken = chunk.subarray(0, this.#half - this.#headBytes);
    const needed = this.#headBytes + taken.length;
    if (needed > this.#head.length) {
      const grown = Buffer.alloc(Math.min(Math.max(needed, this.#head.length * 2), this.#half));
      this.#head.copy(grown);
      this.#head = grown;
    }
    taken.copy(this.#head, this.#headBytes);
    this.#headBytes = needed;
    return chunk.subarray(taken.length);
  }

  #addToTail(chunk: Buffer): void {
    this.#tail ??= Buffer.alloc(this.#half);
    const kept = chunk.subarray(-this.#half);
    const at = (this.#tailBytes + chunk.length - kept.length) % this.#half;
    const copied = kept.copy(this.#tail, at);
    kept.copy(this.#tail, 0, copied);
    this.#tailBytes += chunk.length;
  }

  #toTail(): Buffer {
    if (!this.#tail) return Buffer.alloc(0);
    if (this.#tailBytes <= this.#half) return this.#tail.subarray(0, this.#tailBytes);
    const end = this.#tailBytes % this.#half;
    return Buffer.concat([this.#tail.subarray(end), this.#tail.subarray(0, end)]);
  }
}

/** Where the last whole character of UTF-8 ends. */
function wholeEnd(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (isContinued(byte)) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Where the first whole character of UTF-8 begins. */
function wholeStart(bytes: Buffer): number {
  let start = 0;
  while (start < 3 && start < bytes.length && isContinued(bytes[start]!)) start++;
  return start;
}

function isContinued(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
