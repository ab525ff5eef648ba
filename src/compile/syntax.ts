import type { ts as TS } from "ts-morph";
import type { Site } from "../define/site.ts";
import type { Place } from "../diagnostics/index.ts";
import type { Wanted } from "./locate.ts";
import { type Found, toFollower } from "./follow.ts";

/** One parsed file, asked for places. */
export interface Syntax {
  find(site: Site, wanted: Wanted): Place | undefined;
  findImport(specifier: string, name?: string): Place | undefined;
  findDefaultExport(): Place | undefined;
  findTopLevel(what: "await" | "throw"): Place | undefined;
}

type Call = TS.CallExpression | TS.TaggedTemplateExpression;

export function toSyntax(ts: typeof TS, source: TS.SourceFile): Syntax {
  const follower = toFollower(ts, source);
  const placeOf = (node: TS.Node): Place => {
    const start = source.getLineAndCharacterOfPosition(node.getStart(source));
    const end = source.getLineAndCharacterOfPosition(node.getEnd());
    return { file: source.fileName, line: start.line + 1, column: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
  };

  function callAt({ line, column }: Site): Call | undefined {
    if (line > source.getLineStarts().length) return undefined;
    const position = Math.min(source.getLineStarts()[line - 1]! + column - 1, source.end);
    let best: Call | undefined;
    let node: TS.Node | undefined = source;
    while (node) {
      const callee: TS.Node | undefined = ts.isCallExpression(node) ? node.expression : ts.isTaggedTemplateExpression(node) ? node.tag : undefined;
      // A tagged template's site is its template.
      const end = callee && ts.isTaggedTemplateExpression(node) ? node.template.getStart(source) + 1 : callee?.getEnd();
      if (callee && callee.getStart(source) <= position && position < end!) best = node as Call;
      node = ts.forEachChild(node, (child) => (child.getStart(source) <= position && position < child.getEnd() ? child : undefined));
    }
    return best;
  }

  function find(site: Site, { path = [], aim, field }: Wanted): Place | undefined {
    const call = callAt(site);
    if (!call) return path.length === 0 ? accessAt(site) : undefined;
    let found: Found | undefined;
    for (const [i, key] of path.entries()) {
      const next: Found | undefined = i === 0 ? follower.enter(call, key) : follower.step(found!.value, key);
      if (!next) break;
      found = next;
    }
    if (!found) return path.length === 0 ? placeOf(nameOf(call) ?? calleeOf(call)) : placeOf(calleeOf(call));
    const access = field === undefined ? undefined : follower.findField(found.value, field);
    return placeOf(access ?? (aim === "key" ? (found.name ?? found.value) : found.value));
  }

  /** `found.output.name` around one of its names. */
  function accessAt({ line, column }: Site): Place | undefined {
    const position = source.getPositionOfLineAndCharacter(line - 1, column - 1);
    let node: TS.Node = source;
    let best: TS.Node | undefined;
    for (;;) {
      const inner: TS.Node | undefined = ts.forEachChild(node, (child) => (child.getStart(source) <= position && position < child.getEnd() ? child : undefined));
      if (!inner) break;
      if (ts.isPropertyAccessExpression(inner) && !best) best = inner;
      else if (!ts.isPropertyAccessExpression(inner) && !ts.isIdentifier(inner)) best = undefined;
      node = inner;
    }
    return best && placeOf(best);
  }

  function calleeOf(call: Call): TS.Node {
    const callee = ts.isCallExpression(call) ? call.expression : call.tag;
    return ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  }

  /** The const that holds the call's result. */
  function nameOf(call: Call): TS.Node | undefined {
    let node: TS.Node = call;
    while (ts.isAsExpression(node.parent) || ts.isSatisfiesExpression(node.parent) || ts.isParenthesizedExpression(node.parent)) node = node.parent;
    return ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined;
  }

  function findImport(specifier: string, name?: string): Place | undefined {
    for (const statement of source.statements) {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
      const from = statement.moduleSpecifier;
      if (!from || !ts.isStringLiteral(from) || from.text !== specifier) continue;
      const element = name === undefined ? undefined : importedName(statement, name);
      if (name === undefined || element) return placeOf(element ?? from);
    }
    return undefined;
  }

  function importedName(statement: TS.ImportDeclaration | TS.ExportDeclaration, name: string): TS.Node | undefined {
    const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : statement.exportClause;
    if (name === "default" && ts.isImportDeclaration(statement) && statement.importClause?.name) return statement.importClause.name;
    if (!bindings || !("elements" in bindings)) return undefined;
    for (const element of bindings.elements) {
      const imported = element.propertyName ?? element.name;
      if (imported.text === name) return imported;
    }
    return undefined;
  }

  function findDefaultExport(): Place | undefined {
    const exported = source.statements.find((statement) => ts.isExportAssignment(statement) && !statement.isExportEquals);
    return exported && placeOf((exported as TS.ExportAssignment).expression);
  }

  function findTopLevel(what: "await" | "throw"): Place | undefined {
    const stack: TS.Node[] = [...source.statements].reverse();
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (what === "await" ? ts.isAwaitExpression(node) : ts.isThrowStatement(node)) return placeOf(node);
      if (ts.isFunctionLike(node) || ts.isClassLike(node)) continue;
      const children: TS.Node[] = [];
      ts.forEachChild(node, (child) => void children.push(child));
      stack.push(...children.reverse());
    }
    return undefined;
  }

  return { find, findImport, findDefaultExport, findTopLevel };
}
