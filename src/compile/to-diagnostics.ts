import type { Finding } from "../define/finding.ts";
import type { Site } from "../define/site.ts";
import { type Code, type Diagnostic, diagnose, type OtherPlace, type Place } from "../diagnostics/index.ts";
import type { Failure } from "./child/protocol.ts";
import { toExportedTypes } from "./exported-types.ts";
import { toFix } from "./fixes/change.ts";
import { fixFinding } from "./fixes/fix-finding.ts";
import { misspeltExport, misspeltModule } from "./fixes/missing-import.ts";
import { guessExport, guessFile } from "./guess-import.ts";
import type { ImportGraph } from "./import-graph.ts";
import type { Locator, Wanted } from "./locate.ts";
import { narrowPlace } from "./narrow-place.ts";
import { findSyntaxError } from "./syntax-error.ts";

/** Something wrong with a file, before its exact place is known. */
export type Problem = { readonly file: string } & (
  | { readonly finding: Finding }
  | { readonly failure: Failure }
);

/** Codes about a name: the key is shown, not the value. */
const ABOUT_KEYS: ReadonlySet<Code> = new Set(["MS4002", "MS4006", "MS1104", "MS1105"]);
/** Codes about what stands at the site, whatever const it is given to. */
const ABOUT_EXPRESSIONS: ReadonlySet<Code> = new Set(["MS1210", "MS1211", "MS1212"]);
/** Codes about what a module does while it is loaded, and not about a definition. */
const ABOUT_ACCESS: ReadonlySet<Code> = new Set(["MS1008", "MS1012"]);

/** Codes about a value that toPlan could not read. */
const UNREAD: ReadonlySet<string> = new Set(["MS2001", "MS2002", "MS2107", "MS3001"]);
/** Codes about the value of a literal. */
const ABOUT_VALUES: ReadonlySet<string> = new Set(["MS2103", "MS3004"]);

interface Context {
  readonly root: string;
  readonly graph: ImportGraph;
  readonly locator: Locator;
}

/** A problem with its place and text. Source is parsed only for files that have one. */
export async function toDiagnostic(problem: Problem, context: Context): Promise<Diagnostic | undefined> {
  return "finding" in problem
    ? fromFinding(problem.finding, problem.file, context)
    : fromFailure(problem.failure, problem.file, context);
}

/** Each once: what a shared file has wrong, each of its importers meets. */
export function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const { code, at, message } = diagnostic;
    const key = JSON.stringify([code, at?.file, at?.line, at?.column, message]);
    if (!found.has(key)) found.set(key, diagnostic);
  }
  return withoutEchoes([...found.values()]);
}

/** What could not be read stands as null in the plan: that this null does not fit is no mistake of its own. */
function withoutEchoes(found: readonly Diagnostic[]): Diagnostic[] {
  const unread = found.filter(({ code }) => UNREAD.has(code));
  return found.filter(
    ({ code, at }) => !ABOUT_VALUES.has(code) || !at || !unread.some((one) => one.at && isWithin(at, one.at)),
  );
}

function isWithin(inner: Place, outer: Place): boolean {
  const order = (line = 0, column = 0) => line * 2 ** 24 + column;
  return (
    inner.file === outer.file &&
    order(inner.line, inner.column) >= order(outer.line, outer.column) &&
    order(inner.endLine, inner.endColumn) <= order(outer.endLine, outer.endColumn)
  );
}

function fromFinding(finding: Finding, file: string, context: Context): Diagnostic {
  const { locator, root } = context;
  const { code, sites, path, subject } = finding;
  const isAboutKey = ABOUT_KEYS.has(code) || (path?.[0] === "nodes" && path.length > 1);
  const aim = isAboutKey
    ? "key"
    : ABOUT_EXPRESSIONS.has(code)
      ? "expression"
      : ABOUT_ACCESS.has(code)
        ? "access"
        : undefined;
  const field = code === "MS2102" ? finding.facts.field : undefined;
  const literal = code === "MS2201" ? finding.facts.wrong : undefined;
  const wanted = { sites, path, aim, field, literal } as const;
  const found = locator.find(wanted) ?? guessPlace(finding, file, context);
  const at = narrowPlace(root, found, finding);
  const others: OtherPlace[] = [];
  for (const { sites, path, label } of finding.others ?? []) {
    const place = locator.find({ sites, path });
    const isSame = place?.file === at.file && place.line === at.line && place.column === at.column;
    if (place && !isSame) others.push({ ...place, label });
  }
  const fix = fixFinding(finding, file, locator);
  return diagnose(code, inTheirWords(finding, wanted, context) as never, { at, others, subject, fix });
}

/** Where a finding is that no constructor was called for: what replaced a built-in, else what the file exports. */
function guessPlace(finding: Finding, file: string, { locator, graph }: Context): Place {
  if (finding.code === "MS1015") {
    for (const read of [file, ...graph.reachedFrom(file)]) {
      const place = locator.findAssignment(read, finding.facts.names[0]!);
      if (place) return place;
    }
  }
  return locator.findDefaultExport(file);
}

/** The facts, with what only the source knows: nodes have no names before they are listed. */
function inTheirWords(finding: Finding, wanted: Wanted, { locator }: Context): Finding["facts"] {
  switch (finding.code) {
    case "MS1210":
    case "MS1211":
    case "MS1212":
      return { ref: locator.words(wanted) ?? finding.facts.ref };
    case "MS2001":
      return { ...finding.facts, name: locator.nameOf(finding.others?.[0]?.sites ?? []) };
    case "MS2002": {
      const words = wanted.path?.[0] === "nodes" ? undefined : locator.words(wanted);
      return words === undefined ? finding.facts : { ...finding.facts, node: `\`${words}\`` };
    }
    default:
      return finding.facts;
  }
}

async function fromFailure(
  failure: Failure,
  file: string,
  context: Context,
): Promise<Diagnostic | undefined> {
  const { locator, root, graph } = context;
  const start: Place = { file, line: 1, column: 1 };
  switch (failure.is) {
    case "threw": {
      const circle = failure.mayBeCycle ? toCircle(failure.sites[0]?.file ?? file, context) : undefined;
      if (circle) return circle;
      return diagnose(
        "MS1004",
        { name: failure.name, detail: failure.detail },
        { at: wholeName(failure.sites[0], locator) ?? locator.findTopLevel(file, "throw") },
      );
    }
    case "syntax": {
      const candidates = [...(failure.site ? [failure.site.file] : []), file, ...graph.reachedFrom(file)];
      const exact = await findSyntaxError(root, candidates);
      return diagnose(
        "MS1003",
        { detail: exact?.detail ?? failure.detail },
        { at: exact?.at ?? failure.site ?? start },
      );
    }
    case "missingModule": {
      const { specifier, from = file } = failure;
      const at = locator.findImport(from, specifier);
      const { what, guess, isSure } = guessFile(root, from, specifier);
      const syntax = isSure ? locator.open(from) : undefined;
      const change = syntax && misspeltModule(syntax, specifier, guess!);
      const fix = change && toFix(change);
      return diagnose("MS1013", { specifier, name: undefined, what, guess }, { at, fix });
    }
    case "missingExport": {
      const { specifier, name, site } = failure;
      const from = site?.file ?? file;
      const { guess, isSure } = guessExport(root, from, specifier, name);
      const syntax = isSure ? locator.open(from) : undefined;
      const isType = (await toExportedTypes(root)).isType(from, specifier, name);
      const change =
        syntax && !isType ? misspeltExport(syntax, { specifier, name, guess: guess! }) : undefined;
      return diagnose(
        "MS1013",
        { specifier, name, what: "module", guess, isType },
        { at: locator.findImport(from, specifier, name), fix: change && toFix(change) },
      );
    }
    case "copies": {
      const [first, ...more] = failure.copies.map(({ place, version, from = file, specifier }) => ({
        ...locator.findImport(from, specifier),
        label: `${version} in ${place} comes in here`,
      }));
      const { label: _, ...at } = more.pop()!;
      return diagnose("MS1010", { copies: failure.copies }, { at, others: [first!, ...more] });
    }
    case "endless":
      return diagnose(
        "MS1005",
        { seconds: Math.max(1, Math.round(failure.afterMs / 1_000)) },
        { at: failure.site ?? locator.findTopLevel(file, "await") },
      );
    case "ended":
      return diagnose("MS1007", { how: failure.how }, { at: wholeName(failure.site, locator) ?? start });
    default:
      return failure satisfies never;
  }
}

/** The name at `site`, where a stack knows only its first letter. */
function wholeName(site: Site | undefined, locator: Locator): Place | undefined {
  return site && locator.find({ sites: [site], aim: "expression" });
}

/** MS1006, when `file` imports itself by way of others; the same circle reads the same wherever it was entered. */
function toCircle(file: string, { graph, locator }: Context): Diagnostic | undefined {
  const entered = graph.circleThrough(file);
  if (!entered || entered.length < 2) return undefined;
  const first = entered.reduce((least, edge, i) => (edge.from < entered[least]!.from ? i : least), 0);
  const circle = [...entered.slice(first), ...entered.slice(0, first)];
  const [at, ...rest] = circle.map((edge) => ({
    ...locator.findImport(edge.from, edge.specifier),
    label: `and ${edge.from} imports ${edge.to}`,
  }));
  const { label: _, ...place } = at!;
  return diagnose("MS1006", { files: circle.map((edge) => edge.from) }, { at: place, others: rest });
}
