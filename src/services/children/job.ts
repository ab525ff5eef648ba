import type { MaestroError } from "../../diagnostics/index.ts";
import type { Child } from "./child.ts";

/** What a line about a job was: its result, something else of it, or nothing that a child of ours says. */
export type Heard = "result" | "news" | "nonsense";

/** Something that a child is to do. */
export interface Job {
  readonly id: number;
  /** What it is about, whichever attempt it is; the step's key in its run. */
  readonly key: string;
  /** How long it may take there, in ms. */
  readonly timeoutMs: number | undefined;
  /** The secrets that the child is shown with it, by name. */
  readonly secrets: Readonly<Record<string, string>> | undefined;
  /** The child that has it. */
  child: Child | undefined;
  /** Unix ms from when on it is not waited for any more. */
  dueAt: number;
  /** The child has answered that it told it to end. */
  isTold: boolean;
  /** Nobody waits for it any more: it need not begin. */
  readonly isSettled: boolean;
  /** The line that begins it. */
  toLine(): string;
  /** Takes in a line about it: its letter, and what follows the id. */
  hear(kind: string, rest: string): Heard;
  /** A line that its process printed past everything. */
  print(line: string): void;
  /** It was told to end and does not. */
  abandon(): void;
  /** Its process has ended, or none could be started. `isCounted`: nothing else can have been the reason. */
  interrupt(why: MaestroError, isCounted: boolean): void;
}
