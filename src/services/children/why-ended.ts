import { MaestroError } from "../../diagnostics/index.ts";
import type { LastWords } from "./protocol.ts";

/** What is known of a process that has ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lastWords: LastWords | undefined;
  /** The end of what it wrote to standard error: Node's own last words among it. */
  readonly errors: string;
  readonly memoryMb: number;
}

const HEAP_FULL = /heap out of memory|Reached heap limit|invalid (?:array|table) size Allocation failed/i;

/** Why an attempt has no result, beside `others` that have none. */
export function whyEnded(end: ChildEnd, others: number): MaestroError {
  const { code, signal, lastWords, errors, memoryMb } = end;
  if (lastWords?.is === "memory") {
    const { usedMb, mostMb } = lastWords;
    return new MaestroError("MR3071", { what: `it had ${usedMb} MB, and ${mostMb} are the most`, others });
  }
  if (HEAP_FULL.test(errors))
    return new MaestroError("MR3071", { what: `its heap had more than ${memoryMb} MB`, others });
  if (lastWords?.is === "threw") {
    const { name, detail } = lastWords;
    return new MaestroError("MR3075", { name, detail, others });
  }
  const how =
    lastWords?.is === "exit" ? `it was left with exit code ${lastWords.code}` : byItself(code, signal);
  return new MaestroError("MR3070", { how, others });
}

function byItself(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit code ${code}` : `it was ended by ${signal}`;
}
