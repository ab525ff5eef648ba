import type { Socket } from "node:net";
import { nextTick } from "node:process";

/** Writes all lines of one turn of the event loop at once. */
export class Batch {
  readonly #socket: Socket;
  #lines = "";

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  add(line: string): void {
    // Begins a line of its own, whatever somebody else wrote there.
    if (this.#lines === "") {
      this.#lines = "\n";
      nextTick(() => this.flush());
    }
    this.#lines += `${line}\n`;
  }

  flush(): void {
    if (this.#lines === "") return;
    const lines = this.#lines;
    this.#lines = "";
    if (this.#socket.writable) this.#socket.write(lines);
  }
}
