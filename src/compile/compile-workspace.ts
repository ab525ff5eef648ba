import { bySource, type Code, type Diagnostic } from "../diagnostics/index.ts";
import type { Json } from "../support/json.ts";
import type { LoadedDefinition, LoadedFile } from "./child/protocol.ts";
import { compareEvaluations } from "./compare-evaluations.ts";
import type { Compilation } from "./compilation.ts";
import { decidedReferences } from "./decisions/decided-references.ts";
import { filesThatMayDecide } from "./decisions/may-decide.ts";
import type { Environment } from "./environment.ts";
import { evaluateFiles } from "./evaluate-files.ts";
import { findNotErasable } from "./find-not-erasable.ts";
import type { Workspace } from "./find-workspace.ts";
import { isSuggestion, withSuggestion } from "./fixes/type-suggestion.ts";
import { type ImportGraph, toImportGraph } from "./import-graph.ts";
import { listFiles } from "./list-files.ts";
import { toLocator } from "./locate.ts";
import { applyRules } from "./rules/index.ts";
import type { ChildOptions } from "./run-child.ts";
import { settleFindings } from "./settle-findings.ts";
import { filesWithMark, findSuppressions } from "./suppressions.ts";
import { type Problem, toDiagnostics } from "./to-diagnostics.ts";
import type { TypesChecked } from "./types/check-types.ts";
import { mergeFindings } from "./types/merge-findings.ts";

const DEFAULT_TIMEOUT_MS = 10_000;
/** What `toPlan` says of an expression, a condition or a node that it had to leave out of a plan. */
const UNREAD: ReadonlySet<Code> = new Set<Code>(["MS1104", "MS1105", "MS2001", "MS2002", "MS2107", "MS3001"]);
const DEFAULT_MEMORY_MB = 512;

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
  // Here there is nothing to do until the process has answered.
  const listed = files.map(({ file }) => file);
  const marked = filesWithMark(root, listed);
  const deciding = filesThatMayDecide(root, listed);
  const { loaded, imports, loader, because } = await evaluating;
  // One after the other: both may want the same port.
  const again = options.isStrict ? await evaluateFiles(root, files, child) : undefined;
  const graph = toImportGraph(imports);
  const order = new Map(files.map(({ file }, i) => [file, i]));
  const inOrder = loaded.toSorted((a, b) => order.get(a.file)! - order.get(b.file)!);

  const { config, ...defined } = byKind(inOrder, graph);
  const problems = inOrder.flatMap(toProblems);
  if (again) problems.push(...compareEvaluations(inOrder, again.loaded));
  applyRules({
    ...defined,
    config,
    isConfigRead: config !== undefined || files.every(({ kind }) => kind !== "config"),
    environment: options.environment,
    isWhole: wanted === undefined,
    unread: new Set(
      inOrder.filter(({ findings }) => findings.some(({ code }) => UNREAD.has(code))).map(({ file }) => file),
    ),
    report: (finding) => void problems.push({ file: finding.sites[0]?.file ?? "", finding }),
  });

  const read = new Set(listed);
  for (const { from, to } of imports) read.add(from).add(to);
  const shared = [...read].filter((file) => !order.has(file));
  const notErasable = because === "syntax" ? await findNotErasable(root, [...read]) : [];
  const { diagnostics, suppressed } = await toSettled(problems, {
    root,
    graph,
    listed: [...listing.diagnostics.filter(({ at }) => !wanted || wanted.has(at!.file)), ...notErasable],
    types: await options.types,
    read,
    isPartial: wanted !== undefined,
    isWhole: !wanted && loaded.every(({ definition }) => definition !== undefined),
    marked: [...marked, ...filesWithMark(root, shared)],
    deciding: [...deciding, ...filesThatMayDecide(root, shared)],
    settings: config?.diagnostics ?? {},
  });
  return {
    ...defined,
    config,
    configReached: files
      .filter(({ kind }) => kind === "config")
      .flatMap(({ file }) => graph.reachedFrom(file)),
    diagnostics,
    suppressed,
    files: [...read].sort(),
    loader,
    durationMs: performance.now() - startedAt,
  };
}

interface Settling {
  readonly root: string;
  readonly graph: ImportGraph;
  /** What the listing of files found. */
  readonly listed: readonly Diagnostic[];
  readonly types: TypesChecked | undefined;
  /** Every file that was evaluated. */
  readonly read: ReadonlySet<string>;
  /** Is only what was read asked for? */
  readonly isPartial: boolean;
  /** Was every definition of the workspace loaded? */
  readonly isWhole: boolean;
  /** The files in which a comment may suppress findings. */
  readonly marked: readonly string[];
  /** The files in which JavaScript may decide by a reference. */
  readonly deciding: readonly string[];
  readonly settings: Json;
}

/** Every finding, its place and what mends it, as the author wants them. */
async function toSettled(problems: readonly Problem[], settling: Settling) {
  const { root, graph, listed, types, read, isPartial, isWhole, deciding, settings } = settling;
  const typed = (types?.findings ?? []).filter(
    ({ diagnostic }) => !isPartial || read.has(diagnostic.at.file),
  );
  // Files of types alone are evaluated nowhere.
  const unread = new Set(typed.map(({ diagnostic }) => diagnostic.at.file).filter((file) => !read.has(file)));
  const marked = [...settling.marked, ...filesWithMark(root, [...unread])].sort();
  const needsSource = problems.length + marked.length + deciding.length > 0 || typed.some(isSuggestion);
  const locator = needsSource ? await toLocator(root) : undefined;
  const placed = locator ? await toDiagnostics(problems, { root, graph, locator }) : [];
  const decided = locator ? decidedReferences(deciding, locator) : [];
  const suggested = typed.map((one) => (locator ? withSuggestion(one, locator) : one));
  const hasTypes = types !== undefined && types.files.length > 0 && !types.isCutShort;
  return settleFindings(mergeFindings([...listed, ...placed, ...decided].sort(bySource), suggested), {
    settings,
    suppressions: locator ? findSuppressions(marked, locator) : [],
    isKnown: (code) => isWhole && (code !== "MS1001" || hasTypes),
  });
}

type OfKind<K extends LoadedDefinition["is"]> = Omit<Extract<LoadedDefinition, { is: K }>, "is"> & {
  readonly file: string;
};

function byKind(inOrder: readonly LoadedFile[], graph: ImportGraph) {
  return {
    scores: ofKind(inOrder, "score").map((score) => ({ ...score, reached: graph.reachedFrom(score.file) })),
    agents: ofKind(inOrder, "agent"),
    orchestras: ofKind(inOrder, "orchestra"),
    config: ofKind(inOrder, "config")[0],
  };
}

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
