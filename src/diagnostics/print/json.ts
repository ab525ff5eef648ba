import type { Diagnostic, Fix, Place } from "../diagnostic.ts";
import type { Severity } from "../entry.ts";
import { countSeverities } from "./count-severities.ts";

/** Lines and columns count from 1, columns in UTF-16 units; the end is exclusive and absent where only a point is known. */
interface JsonPlace {
  /** Path from the workspace's root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

interface JsonDiagnostic {
  /** `MS…` or `MR…`; never changes its meaning. */
  readonly code: string;
  /** The code as words, `unknown-field`; never changes either. */
  readonly name: string;
  readonly severity: Severity;
  /** What happened. May have several lines. */
  readonly message: string;
  /** The one next action, where there is one. */
  readonly hint?: string;
  /** Absent when the finding is about no file. */
  readonly at?: JsonPlace;
  /** Places that explain the first, each with what is to be seen there. May be empty. */
  readonly others: readonly (JsonPlace & { readonly label: string })[];
  /** What another program, TypeScript, said about the same mistake; absent when there is nothing. May have several lines each. */
  readonly notes?: readonly string[];
  /** The score and node it is about, where there are such. */
  readonly subject?: string;
  /** The one change that mends it; absent when there is none, or more than one. */
  readonly fix?: JsonFix;
}

interface JsonFix {
  /** What is changed, for people. */
  readonly title: string;
  /** Stretches of files, each with what takes its place; an empty stretch is where it is put in. None touches another. */
  readonly edits: readonly (Required<JsonPlace> & { readonly text: string })[];
}

/** A finding that `--fix` has mended. */
interface JsonFixed {
  readonly code: string;
  readonly name: string;
  /** Where it was, in the file as it was then. */
  readonly at?: JsonPlace;
  readonly fix: JsonFix;
}

/** A check, as data for other programs. */
interface JsonReport {
  /** Goes up when a field is taken away or changes its meaning; new fields may come at any time. */
  readonly version: 1;
  /** Whether there is no error; warnings and infos do not count. */
  readonly ok: boolean;
  /** How many scores were checked. */
  readonly scores: number;
  /** How long the check took, in milliseconds. */
  readonly durationMs: number;
  /** What was changed before the check, with `--fix` only. */
  readonly fixed?: readonly JsonFixed[];
  readonly counts: { readonly errors: number; readonly warnings: number; readonly infos: number };
  /** What was not checked, in words; absent when everything was. */
  readonly remark?: string;
  /** In the order they were passed in. */
  readonly diagnostics: readonly JsonDiagnostic[];
}

interface JsonOptions {
  readonly scores: number;
  readonly durationMs: number;
  readonly remark?: string | undefined;
  /** What `--fix` has mended. */
  readonly fixed?: readonly Diagnostic[] | undefined;
}

/** `diagnostics` as a report that `JSON.stringify` can write. Names field by field what it copies, so that nothing joins by accident. */
export function toJsonReport(
  diagnostics: readonly Diagnostic[],
  { scores, durationMs, remark, fixed }: JsonOptions,
): JsonReport {
  const counts = countSeverities(diagnostics);
  return {
    version: 1,
    ok: counts.errors === 0,
    scores,
    durationMs,
    ...(fixed === undefined ? {} : { fixed: fixed.flatMap(toJsonFixed) }),
    counts,
    ...(remark === undefined ? {} : { remark }),
    diagnostics: diagnostics.map(toJsonDiagnostic),
  };
}

function toJsonFixed({ code, name, at, fix }: Diagnostic): JsonFixed[] {
  return fix === undefined
    ? []
    : [{ code, name, ...(at === undefined ? {} : { at: toJsonPlace(at) }), fix: toJsonFix(fix) }];
}

function toJsonFix({ title, edits }: Fix): JsonFix {
  return {
    title,
    edits: edits.map(({ file, line, column, endLine, endColumn, text }) => ({
      file,
      line,
      column,
      endLine,
      endColumn,
      text,
    })),
  };
}

/** One finding, as a report has it. */
export function toJsonDiagnostic({
  code,
  name,
  severity,
  message,
  hint,
  at,
  others,
  notes,
  subject,
  fix,
}: Diagnostic): JsonDiagnostic {
  return {
    code,
    name,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(at === undefined ? {} : { at: toJsonPlace(at) }),
    others: others.map((other) => ({ ...toJsonPlace(other), label: other.label })),
    ...(notes === undefined ? {} : { notes: [...notes] }),
    ...(subject === undefined ? {} : { subject }),
    ...(fix === undefined ? {} : { fix: toJsonFix(fix) }),
  };
}

function toJsonPlace({ file, line, column, endLine, endColumn }: Place): JsonPlace {
  return {
    file,
    line,
    column,
    ...(endLine === undefined ? {} : { endLine }),
    ...(endColumn === undefined ? {} : { endColumn }),
  };
}
