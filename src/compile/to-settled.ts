import { readFileSync } from "node:fs";
import { isDeployCode } from "../diagnostics/deploy-codes.ts";
import { bySource, type Diagnostic } from "../diagnostics/index.ts";
import type { Json } from "../support/json.ts";
import { decidedReferences } from "./decisions/decided-references.ts";
import { mayDecide } from "./decisions/may-decide.ts";
import { FindingMemory } from "./finding-memory.ts";
import { isSuggestion, withSuggestion } from "./fixes/type-suggestion.ts";
import type { ImportGraph } from "./import-graph.ts";
import { type Locator, toLocator } from "./locate.ts";
import { settleFindings } from "./settle-findings.ts";
import { findSuppressions, hasMark, SOURCE } from "./suppressions.ts";
import { type Problem, toDiagnostic, withoutRepeats } from "./to-diagnostics.ts";
import type { TypesChecked } from "./types/check-types.ts";
import { mergeFindings } from "./types/merge-findings.ts";

/** Where JavaScript may decide by a reference. */
const SCRIPT = /\.[cm]?[jt]s$/;

export interface Settling {
  readonly root: string;
  readonly graph: ImportGraph;
  readonly problems: readonly Problem[];
  /** What the listing of files found. */
  readonly listed: readonly Diagnostic[];
  readonly types: TypesChecked | undefined;
  /** Every file that was evaluated. */
  readonly read: ReadonlySet<string>;
  /** Is only what was read asked for? */
  readonly isPartial: boolean;
  /** Was every definition of the workspace loaded? */
  readonly isWhole: boolean;
  readonly settings: Json;
}

/**
 * Every finding, its place and what mends it, as the author wants them.
 * @param memory what was found in sources that have not changed since
 */
export async function toSettled(settling: Settling, memory = new FindingMemory()) {
  const { root, graph, problems, listed, types, read, isPartial, isWhole, settings } = settling;
  const typed = (types?.findings ?? []).filter(
    ({ diagnostic }) => !isPartial || read.has(diagnostic.at.file),
  );
  let opening: Promise<Locator> | undefined;
  const locate = () => (opening ??= toLocator(root));
  // Files of types alone are evaluated nowhere.
  const typedFiles = typed.map(({ diagnostic }) => diagnostic.at.file);
  const [decided, suppressions] = await inSource([...new Set([...read, ...typedFiles])].sort(), {
    root,
    read,
    locate,
    memory,
  });
  const placed: Diagnostic[] = [];
  for (const problem of problems) {
    const about = filesOf(problem, graph);
    const one = await memory.keep(JSON.stringify(problem), about, async () =>
      toDiagnostic(problem, { root, graph, locator: await locate() }),
    );
    if (one) placed.push(one);
  }
  const suggested = await Promise.all(
    typed.map((one) =>
      isSuggestion(one)
        ? memory.keep(JSON.stringify(one), [one.diagnostic.at.file], async () =>
            withSuggestion(one, await locate()),
          )
        : one,
    ),
  );
  const hasTypes = types !== undefined && types.files.length > 0 && !types.isCutShort;
  const found = [...listed, ...withoutRepeats(placed), ...decided].sort(bySource);
  const settled = settleFindings(mergeFindings(found, suggested), {
    settings,
    suppressions,
    isKnown: (code) => isWhole && !isDeployCode(code) && (code !== "MS1001" || hasTypes),
  });
  memory.forgetOthers();
  return settled;
}

interface Looking {
  readonly root: string;
  readonly read: ReadonlySet<string>;
  readonly locate: () => Promise<Locator>;
  readonly memory: FindingMemory;
}

/** Looks at texts, which needs no parser; what it sees is remembered. */
export function lookAtTexts(
  files: readonly string[],
  { root, memory }: Pick<Looking, "root" | "memory">,
): { readonly file: string; readonly isDeciding: boolean; readonly isMarked: boolean }[] {
  return files.map((file) =>
    memory.keepText(`text ${file}`, file, () => {
      const bytes = SOURCE.test(file) ? bytesOf(`${root}/${file}`) : undefined;
      return {
        file,
        isDeciding: bytes !== undefined && SCRIPT.test(file) && mayDecide(bytes.toString()),
        isMarked: bytes !== undefined && hasMark(bytes),
      };
    }),
  );
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** What only the source of `files` shows: decisions by references, and comments that suppress findings. */
async function inSource(files: readonly string[], { root, read, locate, memory }: Looking) {
  const decided: Diagnostic[] = [];
  const suppressions: ReturnType<typeof findSuppressions> = [];
  for (const { file, isDeciding, isMarked } of lookAtTexts(files, { root, memory })) {
    if (!isDeciding && !isMarked) continue;
    const own = await memory.keepText(`source ${file}`, file, async () => {
      const locator = await locate();
      return {
        decided: isDeciding && read.has(file) ? decidedReferences([file], locator) : [],
        suppressions: isMarked ? findSuppressions([file], locator) : [],
      };
    });
    decided.push(...own.decided);
    suppressions.push(...own.suppressions);
  }
  return [decided, suppressions] as const;
}

/** The files that the place and the words of a problem are taken from. */
function filesOf(problem: Problem, graph: ImportGraph): string[] {
  const files = new Set(graph.reachedFrom(problem.file));
  if ("finding" in problem) {
    const { sites, others = [] } = problem.finding;
    for (const site of [...sites, ...others.flatMap((other) => other.sites)]) files.add(site.file);
  }
  return [...files];
}
