import { createHash } from "node:crypto";
import { type Code, catalogue } from "../catalogue.ts";
import { bySource, type Diagnostic, type Fix, type OtherPlace, type Place } from "../diagnostic.ts";
import type { Example } from "../example.ts";
import { explain } from "../explain.ts";

/** By convention, where the sources were checked out. */
const ROOT = "%SRCROOT%";
const LEVEL_OF = { error: "error", warning: "warning", info: "note" } as const;

interface SarifOptions {
  /** The version of maestro-ts. */
  readonly toolVersion: string;
  /** The workspace's path from the repository's root, `apps/mail/`; empty where they are the same. */
  readonly folder?: string;
  /** What the help of a rule shows, by code. */
  readonly examples?: Readonly<Record<string, Example>>;
  /** Findings for which a comment in the source gives a reason. */
  readonly suppressed?: readonly { readonly diagnostic: Diagnostic; readonly reason: string }[];
}

/**
 * `unanswered` as one run of a SARIF 2.1.0 log, for `JSON.stringify`. Rules are the codes that occur.
 *
 * A finding keeps its fingerprint when lines move: it is made from code, subject and file, and from a count where several
 * agree in all three.
 * Plain objects, because node-sarif-builder adds nothing to them but indexes of artifacts and the language "unknown", reads
 * the tool's name from the environment, and would have to be taught regions, fingerprints and related locations all the same.
 * Those that a comment answers for are among them, marked as suppressed.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function toSarif(
  unanswered: readonly Diagnostic[],
  { toolVersion, folder = "", examples = {}, suppressed = [] }: SarifOptions,
) {
  const reasons = new Map(suppressed.map(({ diagnostic, reason }) => [diagnostic, reason]));
  const diagnostics = reasons.size === 0 ? unanswered : [...unanswered, ...reasons.keys()].sort(bySource);
  const rules = new Map(diagnostics.map((diagnostic) => [diagnostic.code, diagnostic]));
  const codes = [...rules.keys()].sort();
  const fingerprints = fingerprintsOf(diagnostics);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0" as const,
    runs: [
      {
        tool: {
          driver: {
            name: "maestro",
            semanticVersion: toolVersion,
            rules: codes.map((code) => toRule(rules.get(code)!, examples[code])),
          },
        },
        columnKind: "utf16CodeUnits" as const,
        results: diagnostics.map((diagnostic, index) => ({
          ruleId: diagnostic.code,
          ruleIndex: codes.indexOf(diagnostic.code),
          level: LEVEL_OF[diagnostic.severity],
          message: {
            text: [diagnostic.message, ...(diagnostic.notes ?? []), ...hintOf(diagnostic)].join("\n"),
          },
          locations:
            diagnostic.at === undefined ? [] : [{ physicalLocation: toPhysical(diagnostic.at, folder) }],
          ...(diagnostic.others.length === 0
            ? {}
            : { relatedLocations: diagnostic.others.map((other, id) => toRelated(other, { id, folder })) }),
          partialFingerprints: { "maestroFinding/v1": fingerprints[index]! },
          ...(diagnostic.fix === undefined ? {} : { fixes: [toSarifFix(diagnostic.fix, folder)] }),
          // All results have them, or none.
          ...(reasons.size === 0 ? {} : { suppressions: toSuppressions(reasons.get(diagnostic)) }),
        })),
      },
    ],
  };
}

function toSuppressions(justification: string | undefined) {
  return justification === undefined ? [] : [{ kind: "inSource" as const, justification }];
}

function toSarifFix({ title, edits }: Fix, folder: string) {
  return {
    description: { text: title },
    artifactChanges: [...Map.groupBy(edits, ({ file }) => file).values()].map((own) => ({
      artifactLocation: toPhysical(own[0]!, folder).artifactLocation,
      replacements: own.map((edit) => ({
        deletedRegion: toPhysical(edit, folder).region,
        insertedContent: { text: edit.text },
      })),
    })),
  };
}

/** A finding's severity may be configured; the rule's is the catalogue's. */
function toRule({ code, name, severity }: Diagnostic, example: Example | undefined) {
  const known = Object.hasOwn(catalogue, code) ? catalogue[code as Code] : undefined;
  const help = explain(code, example) ?? `${code} ${name}`;
  return {
    id: code,
    name,
    shortDescription: { text: name.replaceAll("-", " ") },
    fullDescription: { text: known?.why ?? name },
    help: { text: help, markdown: help },
    defaultConfiguration: { level: LEVEL_OF[known?.severity ?? severity] },
  };
}

function hintOf({ hint }: Diagnostic): string[] {
  return hint === undefined ? [] : [`hint: ${hint}`];
}

function toRelated(other: OtherPlace, { id, folder }: { id: number; folder: string }) {
  return { id, message: { text: other.label }, physicalLocation: toPhysical(other, folder) };
}

function toPhysical({ file, line, column, endLine, endColumn }: Place, folder: string) {
  return {
    artifactLocation: { uri: toUri(folder + file), uriBaseId: ROOT },
    region: {
      startLine: line,
      startColumn: column,
      ...(endLine === undefined ? {} : { endLine }),
      ...(endColumn === undefined ? {} : { endColumn }),
    },
  };
}

/** A relative URI: everything but `/` that could be read as syntax is percent-encoded. */
function toUri(file: string): string {
  return file.toWellFormed().split("/").map(encodeURIComponent).join("/");
}

/** In the order of `diagnostics`, all different: `<hash>:1`, `<hash>:2` where code, subject and file are the same. */
function fingerprintsOf(diagnostics: readonly Diagnostic[]): string[] {
  const seen = new Map<string, number>();
  return diagnostics.map(({ code, subject, at }) => {
    const identity = JSON.stringify([code, subject ?? "", at?.file ?? ""]);
    const hash = createHash("sha256").update(identity).digest("hex").slice(0, 32);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  });
}
