import { beginEvaluation, type Evaluation, type EvaluationOptions } from "./begin-evaluation.ts";
import type { Compilation } from "./compilation.ts";
import { compileLoaded } from "./compile-loaded.ts";
import { CompileMemory } from "./compile-memory.ts";
import type { Environment } from "./environment.ts";
import { evaluateFiles } from "./evaluate-files.ts";
import { toImportGraph } from "./import-graph.ts";
import { lookAtTexts } from "./to-settled.ts";
import type { TypesChecked } from "./types/check-types.ts";

export interface CompileOptions extends EvaluationOptions {
  /** What was begun of it already, with the same options. */
  readonly evaluation?: Evaluation | undefined;
  /** Checked against what definitions take from the environment; nothing is when it is absent. */
  readonly environment?: Environment | undefined;
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
  const { listing, files, child, evaluated } = options.evaluation ?? beginEvaluation(options);
  // Here there is nothing to do until the process has answered: the texts are looked at meanwhile.
  const memory = new CompileMemory();
  lookAtTexts(
    files.map(({ file }) => file),
    { root, memory: memory.findings },
  );
  const { loaded, imports, loader, because } = await evaluated;
  const again = options.isStrict ? await evaluateFiles(root, files, child) : undefined;
  const compiled = await compileLoaded(
    {
      root,
      files,
      isPartial: options.only !== undefined,
      listed: listing.diagnostics.filter(({ at }) => !options.only || options.only.includes(at!.file)),
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
