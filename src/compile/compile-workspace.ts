import type { Compilation } from "./compilation.ts";
import { compileLoaded } from "./compile-loaded.ts";
import { CompileMemory } from "./compile-memory.ts";
import type { Environment } from "./environment.ts";
import { evaluateFiles } from "./evaluate-files.ts";
import type { Workspace } from "./find-workspace.ts";
import { toImportGraph } from "./import-graph.ts";
import { listFiles } from "./list-files.ts";
import type { ChildOptions } from "./run-child.ts";
import { lookAtTexts } from "./to-settled.ts";
import type { TypesChecked } from "./types/check-types.ts";

/** The longest time one file may take, and the memory for all, when nothing else is said. */
export const DEFAULT_TIMEOUT_MS = 10_000;
export const DEFAULT_MEMORY_MB = 512;

export interface CompileOptions {
  readonly workspace: Workspace;
  /** Paths from the root of the files to load, instead of all; the configuration always is. */
  readonly only?: readonly string[] | undefined;
  /** Path of the script in which modules are evaluated: `child/evaluate.ts`, or what it was built to. */
  readonly childEntry: string;
  /** The longest time one file may take. A file in which nothing moves for 2 s is given up before. */
  readonly timeoutMs?: number | undefined;
  /** Checked against what definitions take from the environment; nothing is when it is absent. */
  readonly environment?: Environment | undefined;
  /** The heap of the process that evaluates. */
  readonly memoryMb?: number | undefined;
  /** Evaluate twice, in two processes, and report what differs. */
  readonly isStrict?: boolean | undefined;
  /** What TypeScript finds meanwhile, to be told with the rest. */
  readonly types?: Promise<TypesChecked | undefined> | undefined;
}

/**
 * Compiles a workspace: evaluates its modules in a process of their own, turns scores into plans, and checks them.
 *
 * An author's mistake is never thrown: it is among the diagnostics, and the other files are compiled all the same.
 * @throws Error when no process can be started
 */
export async function compileWorkspace(options: CompileOptions): Promise<Compilation> {
  const startedAt = performance.now();
  const { root } = options.workspace;
  const listing = listFiles(options.workspace);
  const wanted = options.only && new Set(options.only);
  const files = listing.files.filter(({ file, kind }) => !wanted || kind === "config" || wanted.has(file));
  const child: ChildOptions = {
    entry: options.childEntry,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    memoryMb: options.memoryMb ?? DEFAULT_MEMORY_MB,
  };
  const evaluating = evaluateFiles(root, files, child);
  // Here there is nothing to do until the process has answered: the texts are looked at meanwhile.
  const memory = new CompileMemory();
  lookAtTexts(
    files.map(({ file }) => file),
    { root, memory: memory.findings },
  );
  const { loaded, imports, loader, because } = await evaluating;
  // One after the other: both may want the same port.
  const again = options.isStrict ? await evaluateFiles(root, files, child) : undefined;
  const compiled = await compileLoaded(
    {
      root,
      files,
      isPartial: wanted !== undefined,
      listed: listing.diagnostics.filter(({ at }) => !wanted || wanted.has(at!.file)),
      loaded,
      again: again?.loaded,
      graph: toImportGraph(imports),
      because,
      types: options.types,
      environment: options.environment,
    },
    memory,
  );
  return { ...compiled, loader, durationMs: performance.now() - startedAt };
}
