import type { DefinitionFile } from "./child/protocol.ts";
import { type Evaluated, evaluateFiles } from "./evaluate-files.ts";
import type { Workspace } from "./find-workspace.ts";
import { type Listing, listFiles } from "./list-files.ts";
import { type BegunChild, type ChildOptions, DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_MS } from "./run-child.ts";

export interface EvaluationOptions {
  readonly workspace: Workspace;
  /** Paths from the root of the files to load, instead of all; the configuration always is. */
  readonly only?: readonly string[] | undefined;
  /** Path of the script in which modules are evaluated: `child/evaluate.ts`, or what it was built to. */
  readonly childEntry: string;
  /** The longest time one file may take. A file in which nothing moves for 2 s is given up before. */
  readonly timeoutMs?: number | undefined;
  /** The heap of the process that evaluates. */
  readonly memoryMb?: number | undefined;
  /** Evaluate twice, in two processes, and report what differs. */
  readonly isStrict?: boolean | undefined;
  /** The process that evaluates, where it was begun already. */
  readonly begun?: BegunChild | undefined;
}

/** A workspace whose modules are being evaluated. */
export interface Evaluation {
  readonly listing: Listing;
  /** Those that are evaluated, in their order. */
  readonly files: readonly DefinitionFile[];
  readonly child: ChildOptions;
  /** Rejects when no process can be started. */
  readonly evaluated: Promise<Evaluated>;
}

/** Has the modules of a workspace evaluated, and needs nothing of what compiles them. */
export function beginEvaluation(options: EvaluationOptions): Evaluation {
  const listing = listFiles(options.workspace);
  const wanted = options.only && new Set(options.only);
  const files = listing.files.filter(({ file, kind }) => !wanted || kind === "config" || wanted.has(file));
  const child: ChildOptions = {
    entry: options.childEntry,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    memoryMb: options.memoryMb ?? DEFAULT_MEMORY_MB,
    begun: options.begun,
    // Both may want the same port.
    isFollowed: options.isStrict,
  };
  const evaluated = evaluateFiles(options.workspace.root, files, child);
  // Whoever compiles waits for it, and may still have to be loaded.
  evaluated.catch(() => undefined);
  return { listing, files, child, evaluated };
}
