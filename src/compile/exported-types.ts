import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { ts as TS } from "ts-morph";
import type { LoadedFile } from "./child/protocol.ts";
import { keepsImports } from "./keeps-imports.ts";

/** Tells types from values among what files of the workspace export. */
export interface ExportedTypes {
  /** Does `from`, when it imports `name` from `specifier`, import what exists as a type alone? `false` when it is not known. */
  isType(from: string, specifier: string, name: string): boolean;
}

/**
 * Has a file of `loaded` failed since it imports a type as if it were a value, and would tsx leave that import out?
 * Node strips the types of a file without looking at others, so it cannot know.
 */
export async function importsTypes(root: string, loaded: readonly LoadedFile[]): Promise<boolean> {
  const missing = loaded.flatMap(({ failures }) => failures.filter(({ is }) => is === "missingExport"));
  if (missing.length === 0 || keepsImports(root)) return false;
  const types = await toExportedTypes(root);
  return missing.some(
    (one) =>
      one.is === "missingExport" &&
      one.site !== undefined &&
      types.isType(one.site.file, one.specifier, one.name),
  );
}

/** Parses what it is asked about, each file once. Knows nothing without ts-morph. */
export async function toExportedTypes(root: string): Promise<ExportedTypes> {
  const ts = await import("ts-morph").then(
    (module) => module.ts,
    () => undefined,
  );
  const parsed = new Map<string, TS.SourceFile | undefined>();
  const sourceOf = (file: string): TS.SourceFile | undefined => {
    if (!parsed.has(file)) parsed.set(file, ts && parse(ts, root, file));
    return parsed.get(file);
  };
  return {
    isType(from, specifier, name) {
      const file = fileOf(root, from, specifier);
      return (
        ts !== undefined &&
        file !== undefined &&
        isTypeIn(file, name, { ts, root, sourceOf, seen: new Set() })
      );
    },
  };
}

const ENDINGS = ["", ".ts", ".tsx", ".mts", "/index.ts"];

/** The file that a relative import means, however its ending is written; `undefined` for packages. */
function fileOf(root: string, from: string, specifier: string): string | undefined {
  if (!/^\.{1,2}\//.test(specifier)) return undefined;
  const path = join(root, dirname(from), specifier);
  const candidates = [...ENDINGS.map((ending) => path + ending), path.replace(/js$/, "ts")];
  const found = candidates.find((candidate) => /\.[mc]?tsx?$/.test(candidate) && existsSync(candidate));
  return found && relative(root, found).split(sep).join("/");
}

function parse(ts: typeof TS, root: string, file: string): TS.SourceFile | undefined {
  try {
    return ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  } catch {
    return undefined;
  }
}

interface Look {
  readonly ts: typeof TS;
  readonly root: string;
  readonly sourceOf: (file: string) => TS.SourceFile | undefined;
  /** Files that export each other's names. */
  readonly seen: Set<string>;
}

function isTypeIn(file: string, name: string, look: Look): boolean {
  const { ts, root, sourceOf, seen } = look;
  if (seen.has(`${file} ${name}`)) return false;
  seen.add(`${file} ${name}`);
  let isType = false;
  for (const statement of sourceOf(file)?.statements ?? []) {
    if (!ts.isExportDeclaration(statement)) {
      if (!declares(ts, statement, name) || !isExported(ts, statement)) continue;
      if (!isTypeStatement(ts, statement)) return false;
      isType = true;
      continue;
    }
    const target = toTarget(ts, statement, name);
    if (target === undefined) continue;
    const from = statement.moduleSpecifier;
    if (target.isType) isType = true;
    else if (!from) isType ||= isLocalType(ts, sourceOf(file)!, target.name);
    else if (ts.isStringLiteral(from)) {
      const next = fileOf(root, file, from.text);
      isType ||= next !== undefined && isTypeIn(next, target.name, look);
    }
  }
  return isType;
}

/** What `export { … }` or `export *` gives out as `name`. */
function toTarget(
  ts: typeof TS,
  { exportClause, isTypeOnly }: TS.ExportDeclaration,
  name: string,
): { readonly name: string; readonly isType: boolean } | undefined {
  if (!exportClause) return { name, isType: false };
  if (!ts.isNamedExports(exportClause)) return undefined;
  const element = exportClause.elements.find((one) => one.name.text === name);
  return (
    element && { name: (element.propertyName ?? element.name).text, isType: isTypeOnly || element.isTypeOnly }
  );
}

function isLocalType(ts: typeof TS, source: TS.SourceFile, name: string): boolean {
  const declared = source.statements.filter((statement) => declares(ts, statement, name));
  return declared.length > 0 && declared.every((statement) => isTypeStatement(ts, statement));
}

function isTypeStatement(ts: typeof TS, statement: TS.Statement): boolean {
  return ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
}

function declares(ts: typeof TS, statement: TS.Statement, name: string): boolean {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.some(
      (one) => !ts.isIdentifier(one.name) || one.name.text === name,
    );
  return (statement as { readonly name?: TS.Identifier }).name?.text === name;
}

function isExported(ts: typeof TS, statement: TS.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}
