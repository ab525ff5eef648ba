import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ts as TS } from "ts-morph";
import { type Diagnostic, diagnose } from "../diagnostics/index.ts";
import { type ExportedTypes, toExportedTypes } from "./exported-types.ts";
import { keepsImports } from "./keeps-imports.ts";

/** Files without one of these words are not parsed. */
const MAY_HAVE =
  /\b(?:enum|namespace|module)\s|\bconstructor\s*\(|\bimport\s+\w+\s*=|\bexport\s*=|<[\w$.[\], {}|]+>\s*[\w$({["'`]|\b(?:import|export)\s*(?:[\w$]+\s*,\s*)?\{/;

interface Found {
  readonly node: TS.Node;
  readonly what: string;
  readonly instead: string;
}

/** MS1011: each place in `files` that Node cannot load by leaving types out. Parses them, as nothing else knows. */
export async function findNotErasable(root: string, files: readonly string[]): Promise<Diagnostic[]> {
  const { ts } = await import("ts-morph");
  const types = keepsImports(root) ? undefined : await toExportedTypes(root);
  return files
    .filter((file) => /\.[mc]?ts$/.test(file))
    .flatMap((file) => {
      const text = read(join(root, file));
      if (!MAY_HAVE.test(text)) return [];
      try {
        const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
        return [...findIn(ts, source), ...(types ? findTypeImports(ts, source, types) : [])].map((found) =>
          toDiagnostic(source, found),
        );
      } catch {
        return []; // Brackets in brackets, by the thousand.
      }
    });
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function findIn(ts: typeof TS, source: TS.SourceFile): Found[] {
  const found: Found[] = [];
  const stack: TS.Node[] = [...source.statements].reverse();
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (isAmbient(ts, node)) continue;
    const one = toFound(ts, node);
    if (one) found.push(one);
    // One inside another goes with it.
    if (one && ts.isModuleDeclaration(node)) continue;
    const children: TS.Node[] = [];
    ts.forEachChild(node, (child) => void children.push(child));
    stack.push(...children.reverse());
  }
  return found;
}

function isAmbient(ts: typeof TS, node: TS.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)
  );
}

function toFound(ts: typeof TS, node: TS.Node): Found | undefined {
  if (ts.isEnumDeclaration(node)) {
    const name = node.name.text;
    const instead = `write: const ${name} = { … } as const; type ${name} = (typeof ${name})[keyof typeof ${name}]`;
    return { node: node.name, what: `the enum ${name}`, instead };
  }
  if (ts.isModuleDeclaration(node) && hasValues(ts, node)) {
    const instead = "export what is in it from a module of its own";
    return { node: node.name, what: `the namespace ${node.name.text}`, instead };
  }
  if (ts.isParameter(node) && ts.isParameterPropertyDeclaration(node, node.parent)) {
    const name = node.name.getText();
    const instead = `declare the field, and write in the constructor: this.${name} = ${name}`;
    return { node, what: `the parameter property ${name}`, instead };
  }
  if (ts.isImportEqualsDeclaration(node) && !node.isTypeOnly) {
    const { moduleReference, name } = node;
    const instead = ts.isExternalModuleReference(moduleReference)
      ? `write: import ${name.text} from ${moduleReference.expression.getText()}`
      : `write: const ${name.text} = ${moduleReference.getText()}`;
    return { node, what: `import ${name.text} = …`, instead };
  }
  if (ts.isExportAssignment(node) && node.isExportEquals)
    return { node, what: "export = …", instead: `write: export default ${node.expression.getText()}` };
  if (ts.isTypeAssertionExpression(node))
    return { node, what: "a type assertion with < >", instead: `write: … as ${node.type.getText()}` };
  return undefined;
}

/** A namespace of types alone can be left out. */
function hasValues(ts: typeof TS, { body }: TS.ModuleDeclaration): boolean {
  if (!body || ts.isIdentifier(body)) return false;
  if (ts.isModuleDeclaration(body)) return hasValues(ts, body);
  return body.statements.some(
    (one) =>
      !ts.isInterfaceDeclaration(one) &&
      !ts.isTypeAliasDeclaration(one) &&
      !(ts.isModuleDeclaration(one) && !hasValues(ts, one)),
  );
}

function findTypeImports(ts: typeof TS, source: TS.SourceFile, types: ExportedTypes): Found[] {
  return source.statements.flatMap((statement): Found[] => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const from = statement.moduleSpecifier;
    const clause = ts.isImportDeclaration(statement) ? statement.importClause : statement;
    const named = ts.isImportDeclaration(statement)
      ? statement.importClause?.namedBindings
      : statement.exportClause;
    if (
      !from ||
      !ts.isStringLiteral(from) ||
      !clause ||
      clause.isTypeOnly ||
      !named ||
      !("elements" in named)
    )
      return [];
    const word = ts.isImportDeclaration(statement) ? "import" : "export";
    const elements: readonly (TS.ImportSpecifier | TS.ExportSpecifier)[] = named.elements;
    return elements
      .filter((one) => !one.isTypeOnly)
      .filter((one) => types.isType(source.fileName, from.text, (one.propertyName ?? one.name).text))
      .map((node) => ({
        node,
        what: `the type ${(node.propertyName ?? node.name).text} in an ${word} without \`type\``,
        instead: `write: ${word} { type ${node.getText()} } or ${word} type { ${node.getText()} }`,
      }));
  });
}

function toDiagnostic(source: TS.SourceFile, { node, what, instead }: Found): Diagnostic {
  const start = source.getLineAndCharacterOfPosition(node.getStart(source));
  const end = source.getLineAndCharacterOfPosition(node.getEnd());
  const at = {
    file: source.fileName,
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
  return diagnose("MS1011", { what, instead }, { at });
}
