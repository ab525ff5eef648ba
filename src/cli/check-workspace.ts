import type { Evaluation } from "../compile/begin-evaluation.ts";
import { diskTime, hashesOf, writeCached } from "../compile/cache.ts";
import type { Environment } from "../compile/environment.ts";
import { type Compilation, compileWorkspace, listFiles, type Workspace } from "../compile/index.ts";
import { checkTypes, type TypesChecked } from "../compile/types/check-types.ts";
import { toOwnFile } from "../compile/types/to-findings.ts";
import { EVALUATE } from "../paths.ts";
import { version } from "../support/version.ts";
import type { Checked } from "./commands/validate.ts";
import { surroundingsOf } from "./compile-score.ts";
import { tellHeap } from "./tell-heap.ts";

/** What is checked. */
export interface CheckOptions {
  /** Paths from the root of the files to check, instead of all. */
  readonly only?: readonly string[] | undefined;
  /** Where it is going to be played, when that is to be checked as well. */
  readonly environment?: Environment | undefined;
  /** What was begun already, and when by `diskTime`. */
  readonly begun?: { readonly startedAt: number; readonly evaluation: Evaluation } | undefined;
  /** Whether TypeScript's errors are looked for. */
  readonly hasTypes: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** Evaluate twice, and compare. */
  readonly isStrict?: boolean | undefined;
  /** The name under which what was found is remembered; nothing is without one. */
  readonly entry: string | undefined;
}

const DEFINITIONS = ["scores", "agents", "orchestras"];
/**
 * While tsc takes ever more, this process waits with all the memory it once had: 190 MB after 1,000 scores, or 145 when
 * its young generation stays as large as it began, and when marking, which takes what is new for alive, is not spread
 * over the time in which all of that is made. It is no slower. Only V8s in which this was seen are told.
 */
const STAY_SMALL = ["--semi-space-growth-factor=1", "--no-incremental-marking"];
const SEEN_IN = /^1[234]\./;

/**
 * Compiles the workspace, or some of its files, while TypeScript checks its types, and remembers what was found when it
 * was all of it.
 */
export async function checkWorkspace(workspace: Workspace, options: CheckOptions): Promise<Checked> {
  const { only, environment, hasTypes, isStrict, env, signal, entry, begun } = options;
  const startedAt = begun?.startedAt ?? diskTime(workspace);
  if (hasTypes && SEEN_IN.test(process.versions.v8)) STAY_SMALL.forEach(tellHeap);
  const checking = hasTypes ? checkTypes({ workspace, env, signal }) : undefined;
  const compiling = compileWorkspace({
    workspace,
    childEntry: EVALUATE,
    only,
    environment,
    isStrict,
    evaluation: begun?.evaluation,
    types: checking,
  });
  // While other processes work.
  const hashes = entry === undefined ? undefined : hashesOf(workspace, definitionsOf(workspace));
  const [compilation, types] = await Promise.all([compiling, checking]);
  const { files, scores, diagnostics, suppressed } = compilation;
  const remark = hasTypes ? toRemark(compilation, types) : undefined;
  const own = types?.basis?.inputs.flatMap((file) => toOwnFile(workspace.root, file) ?? []) ?? [];
  const checked: Checked = {
    diagnostics,
    suppressed,
    files: files.length,
    scores: scores.length,
    read: [...new Set([...files, ...surroundingsOf(workspace.root), ...own])],
    ...(remark === undefined ? {} : { remark }),
    ...(types?.isCutShort ? { isCutShort: true } : {}),
  };
  const mayKeep = !only && !signal?.aborted && (types === undefined || types.basis !== undefined);
  if (mayKeep && entry !== undefined)
    keep(workspace, checked, { entry, files, basis: types?.basis, startedAt, hashes });
  return checked;
}

function definitionsOf(workspace: Workspace): string[] {
  return listFiles(workspace).files.map(({ file }) => file);
}

/** What the reader of "no problems" has to know about types. */
function toRemark({ files }: Compilation, types: TypesChecked | undefined): string | undefined {
  if (!types) return "types not checked: there is no tsconfig.json";
  if (types.files.length === 0) return undefined;
  if (types.isCutShort) return "types not checked: TypeScript goes on when the syntax is right";
  const seen = new Set(types.files);
  // Files beside the workspace are in no list of its own.
  const unseen = files.filter(
    (file) => /\.[mc]?ts$/.test(file) && !file.startsWith("../") && !seen.has(file),
  );
  if (unseen.length === 0) return undefined;
  const some = unseen.length === 1 ? unseen[0] : `${unseen.length} files, such as ${unseen[0]}`;
  return `types not checked in ${some}: tsconfig.json does not include ${unseen.length === 1 ? "it" : "them"}`;
}

interface Kept {
  readonly entry: string;
  readonly files: readonly string[];
  readonly basis: TypesChecked["basis"];
  readonly startedAt: number | undefined;
  readonly hashes: ReadonlyMap<string, string> | undefined;
}

function keep(workspace: Workspace, checked: Checked, { entry, files, basis, ...when }: Kept): void {
  writeCached(workspace, entry, checked, {
    inputs: [...files, ...surroundingsOf(workspace.root), ...(basis?.inputs ?? [])],
    folders: [...new Set([...DEFINITIONS, ...(basis?.folders ?? [])])],
    version,
    ...when,
  });
}
