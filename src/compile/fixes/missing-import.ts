import type { ts as TS } from "ts-morph";
import type { Syntax } from "../syntax.ts";
import { type Change, type Splice, spelled } from "./change.ts";
import { isIdentifier, respell } from "./respell.ts";

type From = TS.ImportDeclaration | TS.ExportDeclaration;

/** MS1013: the file that was meant, in every import of it. */
export function misspeltModule(syntax: Syntax, specifier: string, guess: string): Change | undefined {
  const splices = importsOf(syntax, specifier).map(({ moduleSpecifier }) =>
    respell(syntax, moduleSpecifier!, guess),
  );
  if (splices.length === 0 || splices.includes(undefined)) return undefined;
  return { title: spelled(specifier, guess), syntax, splices: splices as Splice[] };
}

/** MS1013: the export that was meant, in the import and wherever it is used. */
export function misspeltExport(
  syntax: Syntax,
  { specifier, name, guess }: { readonly specifier: string; readonly name: string; readonly guess: string },
): Change | undefined {
  const [element, ...more] = importsOf(syntax, specifier).flatMap((from) => elementsOf(syntax, from, name));
  return element && more.length === 0 ? renameImported(syntax, element, guess) : undefined;
}

/** Another name for what `element` imports. A name of its own that it is given stays; else each use is renamed, too. */
export function renameImported(
  syntax: Syntax,
  element: TS.ImportSpecifier | TS.ExportSpecifier,
  guess: string,
): Change | undefined {
  const { ts } = syntax;
  const imported = element.propertyName ?? element.name;
  const title = spelled(imported.text, guess);
  if (element.propertyName || ts.isExportSpecifier(element)) {
    const splice = respell(syntax, imported, guess);
    const text = element.propertyName ? guess : `${guess} as ${imported.text}`;
    return splice && { title, syntax, splices: [{ ...splice, text }] };
  }
  const splices = renameUses(syntax, imported.text, guess);
  return splices && { title, syntax, splices };
}

function importsOf({ ts, source }: Syntax, specifier: string): From[] {
  return source.statements.filter((statement): statement is From => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return false;
    const from = statement.moduleSpecifier;
    return from !== undefined && ts.isStringLiteral(from) && from.text === specifier;
  });
}

function elementsOf({ ts }: Syntax, from: From, name: string): (TS.ImportSpecifier | TS.ExportSpecifier)[] {
  const bindings = ts.isImportDeclaration(from) ? from.importClause?.namedBindings : from.exportClause;
  if (!bindings || !("elements" in bindings)) return [];
  return [...bindings.elements].filter(({ propertyName, name: own }) => (propertyName ?? own).text === name);
}

/** Every place where `name` is imported or read; `undefined` when one of the two names means something else somewhere. */
function renameUses(syntax: Syntax, name: string, guess: string): Splice[] | undefined {
  const { ts, source } = syntax;
  const splices: Splice[] = [];
  const stack: TS.Node[] = [source];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (ts.isIdentifier(node) && (node.text === name || node.text === guess)) {
      const use = useOf(syntax, node);
      if (use === "field") continue;
      if (use === "declared" || node.text === guess || !isIdentifier(guess)) return undefined;
      // The key of a shorthand is no use of the name.
      const text = ts.isShorthandPropertyAssignment(node.parent) ? `${name}: ${guess}` : guess;
      splices.push({ start: node.getStart(source), end: node.getEnd(), text });
    }
    ts.forEachChild(node, (child) => void stack.push(child));
  }
  return splices.sort((a, b) => a.start - b.start);
}

/** Is it the name of a field, of what is imported or read, or of something that is declared here? */
function useOf({ ts }: Syntax, node: TS.Identifier): "field" | "read" | "declared" {
  const { parent } = node;
  if (ts.isImportSpecifier(parent)) return "read";
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return "field";
  if (ts.isQualifiedName(parent) && parent.right === node) return "field";
  if (ts.isBindingElement(parent) && parent.propertyName === node) return "field";
  if (ts.isShorthandPropertyAssignment(parent)) return "read";
  const isNamed = (parent as TS.NamedDeclaration).name === node;
  if (!isNamed) return ts.isExportSpecifier(parent) ? "declared" : "read";
  const isMember =
    ts.isObjectLiteralElementLike(parent) ||
    ts.isTypeElement(parent) ||
    ts.isClassElement(parent) ||
    ts.isEnumMember(parent);
  return isMember ? "field" : "declared";
}
