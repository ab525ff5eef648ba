import type { ts as TS } from "ts-morph";
import type { Site } from "../define/site.ts";
import type { Place } from "../diagnostics/index.ts";
import { Follower, type Found } from "./follow.ts";
import type { Wanted } from "./locate.ts";
import { wordsOf } from "./words-of.ts";

export type Call = TS.CallExpression | TS.TaggedTemplateExpression;

/** One parsed file, asked for places. */
export class Syntax {
  readonly ts: typeof TS;
  readonly source: TS.SourceFile;
  readonly follower: Follower;

  constructor(ts: typeof TS, source: TS.SourceFile) {
    this.ts = ts;
    this.source = source;
    this.follower = new Follower(ts, source);
  }

  #placeOf(node: TS.Node): Place {
    return this.stretch(node.getStart(this.source), node.getEnd());
  }

  /** From `from` to `to`, offsets in the text. */
  stretch(from: number, to: number): Required<Place> {
    const start = this.source.getLineAndCharacterOfPosition(from);
    const end = this.source.getLineAndCharacterOfPosition(to);
    return {
      file: this.source.fileName,
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    };
  }

  /** The call that is written at a site. */
  callAt({ line, column }: Site): Call | undefined {
    if (line > this.source.getLineStarts().length) return undefined;
    const position = Math.min(this.source.getLineStarts()[line - 1]! + column - 1, this.source.end);
    let best: Call | undefined;
    let node: TS.Node | undefined = this.source;
    while (node) {
      const callee: TS.Node | undefined = this.ts.isCallExpression(node)
        ? node.expression
        : this.ts.isTaggedTemplateExpression(node)
          ? node.tag
          : undefined;
      // A tagged template's site is its template.
      const end =
        callee && this.ts.isTaggedTemplateExpression(node)
          ? node.template.getStart(this.source) + 1
          : callee?.getEnd();
      if (callee && callee.getStart(this.source) <= position && position < end!) best = node as Call;
      node = this.ts.forEachChild(node, (child) =>
        child.getStart(this.source) <= position && position < child.getEnd() ? child : undefined,
      );
    }
    return best;
  }

  find(site: Site, wanted: Wanted): Place | undefined {
    if (wanted.aim === "access") return this.#accessedAt(site);
    const node = this.#nodeOf(site, wanted);
    return (
      node &&
      this.#placeOf(
        this.ts.isCallExpression(node.parent) && node.parent.expression === node
          ? lastName(this.ts, node)
          : node,
      )
    );
  }

  words(site: Site, wanted: Wanted): string | undefined {
    const node = this.#nodeOf(site, wanted);
    return node && wordsOf(this.ts, node);
  }

  nameAt(site: Site): string | undefined {
    const call = this.callAt(site);
    const name = call && this.constOf(call)?.name;
    return name && this.ts.isIdentifier(name) ? name.text : undefined;
  }

  #nodeOf(site: Site, { path = [], aim, field, literal }: Wanted): TS.Node | undefined {
    const call = this.callAt(site);
    if (!call) return path.length === 0 ? this.#accessAt(site) : undefined;
    const { found } = this.#walk(call, path);
    const callee = this.ts.isCallExpression(call) ? call.expression : call.tag;
    if (!found)
      return (path.length > 0 || aim === "expression" ? undefined : this.constOf(call)?.name) ?? callee;
    const exact =
      field !== undefined
        ? this.follower.findFields(found.value, field).at(-1)
        : literal !== undefined
          ? this.follower.findLiteral(found.value, literal)
          : undefined;
    return exact ?? (aim === "key" ? (found.name ?? found.value) : found.value);
  }

  /** What the whole of `path` leads to, from the options of `call`. */
  follow(call: Call, path: readonly (string | number)[]): Found | undefined {
    const { found, steps } = this.#walk(call, path);
    return steps === path.length ? found : undefined;
  }

  #walk(
    call: Call,
    path: readonly (string | number)[],
  ): { readonly found: Found | undefined; readonly steps: number } {
    let found: Found | undefined;
    for (const [steps, key] of path.entries()) {
      const next: Found | undefined =
        steps === 0 ? this.follower.enter(call, key) : this.follower.step(found!.value, key);
      if (!next) return { found, steps };
      found = next;
    }
    return { found, steps: path.length };
  }

  /** The innermost node that begins or stands at a place. */
  nodeAt({ line, column }: Pick<Place, "line" | "column">): TS.Node | undefined {
    const starts = this.source.getLineStarts();
    const position = (starts[line - 1] ?? this.source.end) + column - 1;
    let node: TS.Node | undefined;
    let next: TS.Node | undefined = this.source;
    while (next) {
      node = next;
      next = this.ts.forEachChild(node, (child) =>
        child.getStart(this.source) <= position && position < child.getEnd() ? child : undefined,
      );
    }
    return node === this.source ? undefined : node;
  }

  /** `found.output.name` around one of its names, and what is assigned to. */
  #accessAt({ line, column }: Site): TS.Node | undefined {
    const position = this.source.getPositionOfLineAndCharacter(line - 1, column - 1);
    let node: TS.Node = this.source;
    let best: TS.Node | undefined;
    for (;;) {
      const inner: TS.Node | undefined = this.ts.forEachChild(node, (child) =>
        child.getStart(this.source) <= position && position < child.getEnd() ? child : undefined,
      );
      if (!inner) break;
      if (this.ts.isPropertyAccessExpression(inner) && !best) best = inner;
      else if (inner.kind === this.ts.SyntaxKind.EqualsToken && this.ts.isBinaryExpression(node))
        best = node.left;
      else if (!this.ts.isPropertyAccessExpression(inner) && !this.ts.isIdentifier(inner)) best = undefined;
      node = inner;
    }
    return best;
  }

  /** What is read or called at `site`: a name with everything before its dot, or `new` with its arguments. */
  #accessedAt({ line, column }: Site): Place | undefined {
    const position = this.source.getPositionOfLineAndCharacter(line - 1, column - 1);
    let node: TS.Node = this.source;
    for (let inner: TS.Node | undefined = node; inner; ) {
      node = inner;
      inner = this.ts.forEachChild(node, (child) =>
        child.getStart(this.source) <= position && position < child.getEnd() ? child : undefined,
      );
    }
    const { parent } = node;
    const isLast =
      (parent && this.ts.isPropertyAccessExpression(parent) && parent.name === node) ||
      (parent && this.ts.isElementAccessExpression(parent) && parent.argumentExpression === node);
    return this.ts.isSourceFile(node) ? undefined : this.#placeOf(isLast ? parent : node);
  }

  /** The const that holds the call's result. */
  constOf(call: Call): TS.VariableDeclaration | undefined {
    let node: TS.Node = call;
    while (
      this.ts.isAsExpression(node.parent) ||
      this.ts.isSatisfiesExpression(node.parent) ||
      this.ts.isParenthesizedExpression(node.parent)
    )
      node = node.parent;
    return this.ts.isVariableDeclaration(node.parent) ? node.parent : undefined;
  }

  findImport(specifier: string, name?: string): Place | undefined {
    for (const statement of this.source.statements) {
      if (!this.ts.isImportDeclaration(statement) && !this.ts.isExportDeclaration(statement)) continue;
      const from = statement.moduleSpecifier;
      if (!from || !this.ts.isStringLiteral(from) || from.text !== specifier) continue;
      const element = name === undefined ? undefined : this.#importedName(statement, name);
      if (name === undefined || element) return this.#placeOf(element ?? from);
    }
    return undefined;
  }

  #importedName(statement: TS.ImportDeclaration | TS.ExportDeclaration, name: string): TS.Node | undefined {
    const bindings = this.ts.isImportDeclaration(statement)
      ? statement.importClause?.namedBindings
      : statement.exportClause;
    if (name === "default" && this.ts.isImportDeclaration(statement) && statement.importClause?.name)
      return statement.importClause.name;
    if (!bindings || !("elements" in bindings)) return undefined;
    for (const element of bindings.elements) {
      const imported = element.propertyName ?? element.name;
      if (imported.text === name) return imported;
    }
    return undefined;
  }

  findDefaultExport(): Place | undefined {
    const exported = this.defaultExport();
    return exported && this.#placeOf(exported);
  }

  /** What follows `export default`. */
  defaultExport(): TS.Expression | undefined {
    const exported = this.source.statements.find(
      (statement) => this.ts.isExportAssignment(statement) && !statement.isExportEquals,
    );
    return (exported as TS.ExportAssignment | undefined)?.expression;
  }

  findAssignment(name: string): Place | undefined {
    const stack: TS.Node[] = [this.source];
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (
        this.ts.isBinaryExpression(node) &&
        node.operatorToken.kind === this.ts.SyntaxKind.EqualsToken &&
        wordsOf(this.ts, node.left) === name
      )
        return this.#placeOf(node.left);
      const children: TS.Node[] = [];
      this.ts.forEachChild(node, (child) => void children.push(child));
      stack.push(...children.reverse());
    }
    return undefined;
  }

  findTopLevel(what: "await" | "throw"): Place | undefined {
    const stack: TS.Node[] = [...this.source.statements].reverse();
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (what === "await" ? this.ts.isAwaitExpression(node) : this.ts.isThrowStatement(node))
        return this.#placeOf(node);
      if (this.ts.isFunctionLike(node) || this.ts.isClassLike(node)) continue;
      const children: TS.Node[] = [];
      this.ts.forEachChild(node, (child) => void children.push(child));
      stack.push(...children.reverse());
    }
    return undefined;
  }
}

/** `toUpperCase` of `found.output.name.toUpperCase`. */
function lastName(ts: typeof TS, node: TS.Node): TS.Node {
  return ts.isPropertyAccessExpression(node) ? node.name : node;
}
