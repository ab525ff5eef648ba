import { bySource, type Diagnostic } from "../diagnostics/index.ts";
import type { LoadedDefinition, LoadedFile } from "./child/protocol.ts";
import type { Compilation } from "./compilation.ts";
import { evaluateFiles } from "./evaluate-files.ts";
import type { Workspace } from "./find-workspace.ts";
import { toImportGraph } from "./import-graph.ts";
import { listFiles } from "./list-files.ts";
import { applyRules } from "./rules/index.ts";
import { type Problem, toDiagnostics } from "./to-diagnostics.ts";

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MEMORY_MB = 512;

export interface CompileOptions {
  readonly workspace: Workspace;
  /** Paths from the root of the files to load, instead of all; the configuration always is. */
  readonly only?: readonly string[] | undefined;
  /** Path of the script in which modules are evaluated: `child/evaluate.ts`, or what it was built to. */
  readonly childEntry: string;
  /** The longest time one file may take. A file in which nothing moves for 2 s is given up before. */
  readonly timeoutMs?: number | undefined;
  /** The heap of the process that evaluates. */
  readonly memoryMb?: number | undefined;
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
  const { loaded, imports, loader } = await evaluateFiles(root, files, {
    entry: options.childEntry,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    memoryMb: options.memoryMb ?? DEFAULT_MEMORY_MB,
  });
  const graph = toImportGraph(imports);
  const order = new Map(files.map(({ file }, i) => [file, i]));
  const inOrder = loaded.toSorted((a, b) => order.get(a.file)! - order.get(b.file)!);

  const scores = ofKind(inOrder, "score").map((score) => ({
    ...score,
    reached: graph.reachedFrom(score.file),
  }));
  const agents = ofKind(inOrder, "agent");
  const orchestras = ofKind(inOrder, "orchestra");
  const [config] = ofKind(inOrder, "config");

  const problems = inOrder.flatMap(toProblems);
  applyRules({
    scores,
    agents,
    orchestras,
    config,
    isConfigRead: config !== undefined || files.every(({ kind }) => kind !== "config"),
    isWhole: wanted === undefined,
    report: (finding) => void problems.push({ file: finding.sites[0]?.file ?? "", finding }),
  });

  const diagnostics: Diagnostic[] = [
    ...listing.diagnostics.filter(({ at }) => !wanted || wanted.has(at!.file)),
    ...(await toDiagnostics(root, problems, graph)),
  ].sort(bySource);
  const read = new Set(files.map(({ file }) => file));
  for (const { from, to } of imports) read.add(from).add(to);
  return {
    scores,
    agents,
    orchestras,
    config,
    configReached: files
      .filter(({ kind }) => kind === "config")
      .flatMap(({ file }) => graph.reachedFrom(file)),
    diagnostics,
    files: [...read].sort(),
    loader,
    durationMs: performance.now() - startedAt,
  };
}

type OfKind<K extends LoadedDefinition["is"]> = Omit<Extract<LoadedDefinition, { is: K }>, "is"> & {
  readonly file: string;
};

/** The definitions of one kind, each with its file. */
function ofKind<K extends LoadedDefinition["is"]>(loaded: readonly LoadedFile[], kind: K): OfKind<K>[] {
  return loaded.flatMap(({ file, definition }) => {
    if (definition?.is !== kind) return [];
    const { is: _, ...rest } = definition;
    return [{ file, ...rest } as unknown as OfKind<K>];
  });
}

function toProblems({ file, findings, failures, changed }: LoadedFile): Problem[] {
  return [
    ...findings.map((finding) => ({ file, finding })),
    ...failures.map((failure) => ({ file, failure })),
    ...(changed.length > 0
      ? [{ file, finding: { code: "MS1015" as const, facts: { names: changed }, sites: [] } }]
      : []),
  ];
}
