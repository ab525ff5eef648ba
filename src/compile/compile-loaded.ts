import type { Finding } from "../define/finding.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import type { DefinitionFile, LoadedDefinition, LoadedFile, TsxReason } from "./child/protocol.ts";
import { compareEvaluations } from "./compare-evaluations.ts";
import type { Compilation } from "./compilation.ts";
import { type CompileMemory, isRead } from "./compile-memory.ts";
import type { Environment } from "./environment.ts";
import { findNotErasable } from "./find-not-erasable.ts";
import type { LiveImportGraph } from "./import-graph.ts";
import { readPriceFile } from "./read-price-file.ts";
import { applyRules } from "./rules/index.ts";
import type { Problem } from "./to-diagnostics.ts";
import { toSettled } from "./to-settled.ts";
import type { TypesChecked } from "./types/check-types.ts";

/** A workspace whose modules were evaluated. */
interface Evaluated {
  readonly root: string;
  /** The definitions, in their order. */
  readonly files: readonly DefinitionFile[];
  /** Are there others that were not asked for? */
  readonly isPartial: boolean;
  /** What the listing of files found. */
  readonly listed: readonly Diagnostic[];
  readonly loaded: readonly LoadedFile[];
  /** What evaluating them once more gave. */
  readonly again: readonly LoadedFile[] | undefined;
  readonly graph: LiveImportGraph;
  /** Why they were loaded by tsx. */
  readonly because: TsxReason | undefined;
  readonly types: Promise<TypesChecked | undefined> | undefined;
  readonly environment: Environment | undefined;
}

/** Everything that comes after evaluation: rules, places and fixes, settings and suppressions. */
export async function compileLoaded(
  evaluated: Evaluated,
  memory: CompileMemory,
): Promise<Omit<Compilation, "loader" | "durationMs">> {
  const { root, files, isPartial, listed, loaded, again, graph, because, types, environment } = evaluated;
  const order = new Map(files.map(({ file }, i) => [file, i]));
  const inOrder = loaded.toSorted((a, b) => order.get(a.file)! - order.get(b.file)!);
  const { config: written, ...defined } = byKind(inOrder, graph, memory);
  const problems = inOrder.flatMap(toProblems);
  const report = (finding: Finding) => void problems.push({ file: finding.sites[0]?.file ?? "", finding });
  const config = memory.priced(written, readPriceFile(root, written, report));
  const priceFiles = config?.priceFile === undefined ? [] : [config.priceFile];
  if (again) problems.push(...compareEvaluations(inOrder, again));
  applyRules(
    {
      ...defined,
      config,
      isConfigRead: config !== undefined || files.every(({ kind }) => kind !== "config"),
      environment,
      isWhole: !isPartial,
      unread: new Set(inOrder.filter((one) => !isRead(one)).map(({ file }) => file)),
      report,
    },
    memory.rules,
  );
  const read = graph.reachedFromAny(files.map(({ file }) => file));
  const notErasable = because === "syntax" ? await findNotErasable(root, [...read]) : [];
  const { diagnostics, suppressed } = await toSettled(
    {
      root,
      graph,
      problems,
      listed: [...listed, ...notErasable],
      types: await types,
      read,
      isPartial,
      isWhole: !isPartial && loaded.every(({ definition }) => definition !== undefined),
      settings: config?.diagnostics ?? {},
    },
    memory.findings,
  );
  return {
    ...defined,
    config,
    configReached: [
      ...files.filter(({ kind }) => kind === "config").flatMap(({ file }) => graph.reachedFrom(file)),
      ...priceFiles,
    ],
    diagnostics,
    suppressed,
    files: [...read, ...priceFiles].sort(),
  };
}

type OfKind<K extends LoadedDefinition["is"]> = Omit<Extract<LoadedDefinition, { is: K }>, "is"> & {
  readonly file: string;
};

function byKind(inOrder: readonly LoadedFile[], graph: LiveImportGraph, memory: CompileMemory) {
  const toReached = (score: OfKind<"score">) =>
    Object.assign(score, { reached: graph.reachedFrom(score.file) });
  return {
    scores: ofKind(inOrder, "score", memory, toReached),
    agents: ofKind(inOrder, "agent", memory),
    orchestras: ofKind(inOrder, "orchestra", memory),
    config: ofKind(inOrder, "config", memory)[0],
  };
}

/** The definitions of one kind, each with its file; of a file that is the same, the same. */
function ofKind<K extends LoadedDefinition["is"], T extends object = OfKind<K>>(
  loaded: readonly LoadedFile[],
  kind: K,
  memory: CompileMemory,
  complete = (own: OfKind<K>) => own as unknown as T,
): T[] {
  return loaded.flatMap((one) => {
    if (one.definition?.is !== kind) return [];
    return memory.definitionOf(one, (own) => complete(own as OfKind<K>)) ?? [];
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
