import { ts } from "ts-morph";
import type { Place } from "../src/diagnostics/diagnostic.ts";

/** Up to this many lines a file is shown whole, its imports apart. */
const MOST_LINES = 20;
const GAP = "// …";

/**
 * What matters of a file to understand findings at `places`: all of it but its imports of packages where that is short,
 * else the statements at the places and those that they name, with `// …` for what was left out. Ends without a line break.
 */
export function excerptOf(text: string, places: readonly Place[]): string {
  const source = ts.createSourceFile("example.ts", text, ts.ScriptTarget.Latest, true);
  const lines = text.trimEnd().split("\n");
  const isAt = (statement: ts.Statement) => {
    const [first, last] = linesOf(statement, source);
    return places.some(({ line, endLine = line }) => line <= last && first <= endLine);
  };
  const body = source.statements.filter((one) => !isImportOfPackage(one) || isAt(one));
  if (body.length === 0) return lines.join("\n");
  const imports = source.statements.filter((one) => !body.includes(one));
  const isShort = lines.length - imports.length <= MOST_LINES;
  const shown = isShort ? body : withDeclarations(body.filter(isAt), body);
  return draw(lines, {
    shown: isShort ? everythingBut(imports, lines.length, source) : stretchesOf(shown, source),
    hasGaps: !isShort,
  });
}

/** Every file imports maestro-ts and zod; what it imports of its neighbours may be what matters. */
function isImportOfPackage(statement: ts.Statement): boolean {
  return (
    ts.isImportDeclaration(statement) &&
    ts.isStringLiteral(statement.moduleSpecifier) &&
    !statement.moduleSpecifier.text.startsWith(".")
  );
}

/** `wanted`, and the statements of `all` that declare what they name, and so on; in the order of the file. */
function withDeclarations(wanted: readonly ts.Statement[], all: readonly ts.Statement[]): ts.Statement[] {
  const kept = new Set(wanted);
  for (const statement of kept) {
    const named = namesIn(statement);
    for (const other of all) if (declaredBy(other).some((name) => named.has(name))) kept.add(other);
  }
  return all.filter((one) => kept.has(one));
}

function namesIn(node: ts.Node): Set<string> {
  const names = new Set<string>();
  const visit = (one: ts.Node): void => {
    if (ts.isIdentifier(one) && !isField(one)) names.add(one.text);
    ts.forEachChild(one, visit);
  };
  visit(node);
  return names;
}

/** `kind` in `{ kind: 1 }` and in `out.kind`, which is no variable. */
function isField(name: ts.Identifier): boolean {
  const { parent } = name;
  return (ts.isPropertyAssignment(parent) || ts.isPropertyAccessExpression(parent)) && parent.name === name;
}

function declaredBy(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [name.text] : [],
    );
  return ts.isFunctionDeclaration(statement) && statement.name ? [statement.name.text] : [];
}

/** First and last line, from 1. */
type Lines = readonly [first: number, last: number];

function linesOf(statement: ts.Statement, source: ts.SourceFile): Lines {
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  return [lineAt(statement.getStart(source)), lineAt(statement.getEnd())];
}

function stretchesOf(statements: readonly ts.Statement[], source: ts.SourceFile): Set<number> {
  const shown = new Set<number>();
  for (const statement of statements) {
    const [first, last] = linesOf(statement, source);
    for (let line = first; line <= last; line++) shown.add(line);
  }
  return shown;
}

function everythingBut(
  statements: readonly ts.Statement[],
  count: number,
  source: ts.SourceFile,
): Set<number> {
  const hidden = stretchesOf(statements, source);
  return new Set(Array.from({ length: count }, (_, index) => index + 1).filter((line) => !hidden.has(line)));
}

function draw(
  lines: readonly string[],
  { shown, hasGaps }: { shown: ReadonlySet<number>; hasGaps: boolean },
): string {
  const drawn: string[] = [];
  let last = 0;
  for (const line of [...shown].sort((a, b) => a - b)) {
    const skipped = lines.slice(last, line - 1);
    if (last > 0 && hasGaps && skipped.some((one) => one.trim() !== "")) drawn.push(GAP);
    else if (last > 0 && skipped.some((one) => one.trim() === "")) drawn.push("");
    drawn.push(lines[line - 1]!);
    last = line;
  }
  return drawn.join("\n").trim();
}
