import type { ts as TS } from "ts-morph";
import { AS_TEXT } from "../conversion-for.ts";
import { PACKAGE } from "../decisions/constructors.ts";
import type { Syntax } from "../syntax.ts";
import type { Change, Splice } from "./change.ts";
import type { Fixing } from "./fix-finding.ts";
import { isOutsideHelpers } from "./own-node.ts";

const NAME = "asText";

/**
 * MS2101: `asText(…)` around an object or a list that is given where any text is taken. The other way round there are
 * several conversions, and schemas that only the author knows.
 */
export function asText({ finding, syntax, call }: Fixing<"MS2101">): Change | undefined {
  const { takes, conversion, is } = finding.facts;
  if (conversion !== AS_TEXT || takes !== "a string") return undefined;
  const { ts, source } = syntax;
  const given = syntax.follow(call, finding.path ?? [])?.value;
  // What stands elsewhere may be given to others, too.
  const isOwn = given !== undefined && call.pos <= given.pos && given.end <= call.end;
  if (!isOwn || !ts.isExpression(given) || !isOutsideHelpers(syntax, given)) return undefined;
  const imported = importOf(syntax);
  if (!imported) return undefined;
  const [start, end] = [given.getStart(source), given.getEnd()];
  const key = ts.isShorthandPropertyAssignment(given.parent) ? `${source.text.slice(start, end)}: ` : "";
  const splices = [
    { start, end: start, text: `${key}${imported.name}(` },
    { start: end, end, text: ")" },
  ];
  const title = `${imported.name}(…) around ${is}`;
  return { title, syntax, splices: [...splices, ...imported.splices] };
}

/** The name under which the file has `asText`, and what has to be written for that. */
function importOf(
  syntax: Syntax,
): { readonly name: string; readonly splices: readonly Splice[] } | undefined {
  const { ts, source } = syntax;
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !isOurs(syntax, statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (!bindings) continue;
    if (ts.isNamespaceImport(bindings)) return { name: `${bindings.name.text}.${NAME}`, splices: [] };
    const { elements } = bindings;
    const own = elements.find(({ name, propertyName }) => (propertyName ?? name).text === NAME);
    if (own) return own.isTypeOnly ? undefined : { name: own.name.text, splices: [] };
    if (elements.length === 0 || isNameTaken(syntax)) return undefined;
    return { name: NAME, splices: [besides(syntax, elements)] };
  }
  return undefined;
}

function isOurs({ ts }: Syntax, { moduleSpecifier, importClause }: TS.ImportDeclaration): boolean {
  const isOwn = ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text === PACKAGE;
  return isOwn && importClause?.isTypeOnly === false;
}

/** Where the names stand in order the new one does, too. */
function besides({ source }: Syntax, elements: readonly TS.ImportSpecifier[]): Splice {
  const names = elements.map(({ name, propertyName }) => (propertyName ?? name).text.toLowerCase());
  const isSorted = names.every((name, i) => i === 0 || names[i - 1]! <= name);
  const next = isSorted ? elements[names.findIndex((name) => name > NAME.toLowerCase())] : undefined;
  if (!next) {
    const end = elements.at(-1)!.getEnd();
    return { start: end, end, text: `, ${NAME}` };
  }
  const start = next.getStart(source);
  // On lines of their own it gets one as well.
  const indent = /\n[^\S\n]*$/.exec(source.text.slice(0, start))?.[0];
  return { start, end: start, text: `${NAME},${indent ?? " "}` };
}

/** Does `asText` mean something else somewhere in the file? */
function isNameTaken({ ts, source }: Syntax): boolean {
  const stack: TS.Node[] = [source];
  for (let node = stack.pop(); node; node = stack.pop()) {
    const isField = node.parent && ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
    if (ts.isIdentifier(node) && node.text === NAME && !isField) return true;
    ts.forEachChild(node, (child) => void stack.push(child));
  }
  return false;
}
