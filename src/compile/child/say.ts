import { writeSync } from "node:fs";
import type { Message } from "./protocol.ts";

const TO_PARENT = 3;
const { stringify } = JSON;
const { isView } = ArrayBuffer;
const toBytes = Buffer.from;

/**
 * Writes `messages` before it returns, so that they arrive even when the next statement ends the process.
 * Each begins a line of its own, whatever an author's module wrote to the descriptor before. Each write wakes whoever
 * listens: what is known at the same moment is one.
 */
export function say(...messages: readonly Message[]): void {
  let text = "\n";
  for (let i = 0; i < messages.length; i++) text += `${stringify(messages[i])}\n`;
  const bytes = toBytes(text);
  if (!isView(bytes)) return;
  let from = 0;
  while (from < bytes.length) {
    try {
      from += writeSync(TO_PARENT, bytes, from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}
