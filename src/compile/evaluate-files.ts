import type { Site } from "../define/site.ts";
import type {
  DefinitionFile,
  Failure,
  ImportEdge,
  LoadedFile,
  Loader,
  Message,
  TsxReason,
} from "./child/protocol.ts";
import { importsTypes } from "./exported-types.ts";
import { findImporters } from "./find-importers.ts";
import { type ChildEnd, type ChildOptions, type RunChild, runChild, toTerms } from "./run-child.ts";

/** What evaluating files gave. */
export interface Evaluated {
  readonly loaded: readonly LoadedFile[];
  readonly imports: readonly ImportEdge[];
  /** URLs of the modules of installed packages that files of the workspace import. */
  readonly packages: ReadonlySet<string>;
  readonly loader: Loader;
  /** Why it is tsx. */
  readonly because: TsxReason | undefined;
  /** The definition that Node could not load. */
  readonly needing: string | undefined;
}

type Ending = Extract<Message, { is: "ending" | "stuck" }>;

/** How files are evaluated, where it is not each time in a process of its own. */
interface Evaluating {
  readonly run?: RunChild;
  readonly loader?: Loader;
  /** What a process that stays has to load anew. */
  readonly stale?: readonly string[] | undefined;
  /** Told of each file that is loaded, while the next one is. It may be loaded again, by another loader. */
  readonly onLoaded?: ((loaded: LoadedFile) => void) | undefined;
}

/**
 * Evaluates `files` in child processes: one, and another after each that a module took down, which goes on with the
 * files after it. So a module can spoil no other. Every file has an answer in the result.
 * @throws Error when the child cannot be started at all
 */
export async function evaluateFiles(
  root: string,
  files: readonly DefinitionFile[],
  options: ChildOptions,
  { run = runChild, loader: begun = "strip", stale, onLoaded }: Evaluating = {},
): Promise<Evaluated> {
  let loader = begun;
  let because: TsxReason | undefined;
  let needing: string | undefined;
  let loaded: LoadedFile[] = [];
  const imports: ImportEdge[] = [];
  const packages = new Set<string>();
  let rest = files;
  while (rest.length > 0) {
    const child = await oneChild({ root, files: rest, loader, options, run, stale, onLoaded, packages });
    because ??= child.needsTsx ?? ((await importsTypes(root, child.loaded)) ? "syntax" : undefined);
    if (because && loader === "strip") {
      needing = child.stoppedAt ?? child.loaded.find(({ failures }) => failures.some(isMissingExport))?.file;
      // One loader for the whole workspace, or shared modules would exist twice.
      [loader, loaded, rest] = ["tsx", [], files];
      continue;
    }
    loaded.push(...child.loaded);
    for (const edge of child.imports) imports.push(edge);
    if (child.blamed) loaded.push(child.blamed);
    else if (!child.isWorn && child.loaded.length < rest.length)
      throw new Error(
        `the loading process failed: ${child.end.errors.trim() || `exit code ${child.end.code}`}`,
      );
    const answered = new Set(loaded.map(({ file }) => file));
    rest = files.filter(({ file }) => !answered.has(file));
    const spared = await sameFate(root, rest, child.blamed);
    loaded.push(...spared);
    rest = rest.filter(({ file }) => !spared.some((one) => one.file === file));
  }
  return { loaded, imports, packages, loader, because, needing };
}

function isMissingExport({ is }: Failure): boolean {
  return is === "missingExport";
}

/**
 * When a shared file ends or hangs the process, each score that imports it would, one child after another: those in
 * `rest` have the same answer without being loaded.
 */
async function sameFate(
  root: string,
  rest: readonly DefinitionFile[],
  blamed: LoadedFile | undefined,
): Promise<LoadedFile[]> {
  const [failure] = blamed?.failures ?? [];
  const at = failure && "site" in failure ? failure.site?.file : undefined;
  if (!failure || at === undefined || at === blamed?.file || rest.length === 0) return [];
  const files = rest.map(({ file }) => file);
  const importers = await findImporters(root, files, at);
  return files
    .filter((file) => importers.has(file))
    .map((file) => ({ file, failures: [failure], findings: [], changed: [] }));
}

interface OneChild {
  readonly loaded: readonly LoadedFile[];
  readonly imports: readonly ImportEdge[];
  readonly needsTsx: TsxReason | undefined;
  /** The file that was begun last, and of which nothing was said. */
  readonly stoppedAt: string | undefined;
  /** Another one has to go on with the files that it has not loaded. */
  readonly isWorn: boolean;
  /** The file that was being loaded when the process ended. */
  readonly blamed: LoadedFile | undefined;
  readonly end: ChildEnd;
}

interface Loading
  extends Required<Pick<Evaluating, "run" | "loader">>,
    Pick<Evaluating, "stale" | "onLoaded"> {
  readonly root: string;
  readonly files: readonly DefinitionFile[];
  readonly options: ChildOptions;
  /** Is added to. */
  readonly packages: Set<string>;
}

async function oneChild(loading: Loading): Promise<OneChild> {
  const { root, files, loader, options, run, stale, onLoaded, packages } = loading;
  const loaded: LoadedFile[] = [];
  const imports: ImportEdge[] = [];
  let current: string | undefined;
  let needsTsx: TsxReason | undefined;
  let isWorn = false;
  let last: Ending | undefined;
  const end = await run({ ...toTerms(root, loader, options), files, stale }, options, (message) => {
    switch (message.is) {
      case "loading":
        current = message.file;
        break;
      case "loaded":
        loaded.push(message.loaded);
        onLoaded?.(message.loaded);
        imports.push(...message.imports);
        for (const url of message.packages) packages.add(url);
        current = undefined;
        last = undefined; // What was to end it has not: somebody listened to the signal.
        break;
      case "ending":
      case "stuck":
        last ??= message;
        break;
      case "needsTsx":
        needsTsx = message.because;
        break;
      case "worn":
        isWorn = true;
        break;
      case "done":
        break;
      default:
        message satisfies never;
    }
  });
  const file = needsTsx
    ? undefined
    : (leftBehindBy(last, loaded) ?? current ?? blamedAfterwards(files, loaded, last));
  const blamed =
    file === undefined
      ? undefined
      : { file, failures: [toFailure(end, last, options)], findings: [], changed: [] };
  const whole = loaded.map((one) => withoutOpen(one, file));
  return { loaded: whole, imports, needsTsx, stoppedAt: current, isWorn, blamed, end };
}

/** What a file left open has ended the process: that says more. */
function withoutOpen(loaded: LoadedFile, blamed: string | undefined): LoadedFile {
  if (loaded.file !== blamed) return loaded;
  return { ...loaded, findings: loaded.findings.filter(({ code }) => code !== "MS1012") };
}

/** An earlier file ended the process, by a timer it had set: the file that was being loaded then is to be tried again. */
function leftBehindBy(
  last: { readonly site: Site | undefined } | undefined,
  loaded: readonly LoadedFile[],
): string | undefined {
  return loaded.find(({ file }) => file === last?.site?.file)?.file;
}

/** The process ended between two files: then it was something the last one had left behind, and the next one answers for it. */
function blamedAfterwards(
  files: readonly DefinitionFile[],
  loaded: readonly LoadedFile[],
  last: object | undefined,
): string | undefined {
  return last === undefined || loaded.length >= files.length ? undefined : files[loaded.length]!.file;
}

function toFailure(end: ChildEnd, last: Ending | undefined, { memoryMb, timeoutMs }: ChildOptions): Failure {
  if (/heap out of memory|Reached heap limit/.test(end.errors)) {
    return { is: "ended", how: `it ran out of memory (${memoryMb} MB)`, site: undefined };
  }
  if (last?.is === "stuck" || end.timedOut)
    return {
      is: "endless",
      afterMs: last?.is === "stuck" ? Math.min(last.afterMs, timeoutMs) : timeoutMs,
      site: last?.site,
    };
  if (last?.is === "ending") return { is: "ended", how: last.how, site: last.site };
  return {
    is: "ended",
    how: end.signal ? `it was ended by ${end.signal}` : `exit code ${end.code}`,
    site: undefined,
  };
}
