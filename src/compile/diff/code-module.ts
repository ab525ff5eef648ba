import type { ts as TS } from "ts-morph";

/** Packages whose functions describe: what they are called with is in the plan. */
const OWN_PACKAGE = "maestro-ts";

/** A bundled module, asked what its parts are made of. */
export class CodeModule {
  readonly #ts: typeof TS;
  readonly #source: TS.SourceFile;
  readonly #declared = new Map<string, TS.Node>();
  /** From a local name to the one that Maestro exports it under. */
  readonly #own = new Map<string, string>();
  #exported: TS.Node | undefined;

  constructor(ts: typeof TS, code: string) {
    this.#ts = ts;
    this.#source = ts.createSourceFile("code.mjs", code, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
    for (const statement of this.#source.statements) this.#declare(statement);
  }

  #declare(statement: TS.Statement): void {
    const ts = this.#ts;
    if (ts.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations)
        if (ts.isIdentifier(name) && initializer) this.#declared.set(name.text, initializer);
    } else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name)
      this.#declared.set(statement.name.text, statement);
    else if (ts.isImportDeclaration(statement)) this.#import(statement);
    else if (ts.isExportAssignment(statement)) this.#exported = statement.expression;
    else if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    )
      for (const { name, propertyName } of statement.exportClause.elements)
        if (name.text === "default" && propertyName && ts.isIdentifier(propertyName))
          this.#exported = propertyName;
  }

  #import({ moduleSpecifier, importClause }: TS.ImportDeclaration): void {
    const ts = this.#ts;
    const bindings = importClause?.namedBindings;
    if (!ts.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== OWN_PACKAGE) return;
    if (!bindings || !ts.isNamedImports(bindings)) return;
    for (const { name, propertyName } of bindings.elements)
      this.#own.set(name.text, (propertyName ?? name).text);
  }

  /** The fields of the object that the default export's `define` is called with. */
  defaultFields(define: string): ReadonlyMap<string, TS.Node> | undefined {
    const call = this.#exported && this.definition(this.#exported);
    return call && this.callee(call) === define ? this.fields(call.arguments[0]) : undefined;
  }

  /** Behind a name: what it stands for. */
  definition(node: TS.Node): TS.CallExpression | undefined {
    const at = this.follow(node);
    return this.#ts.isCallExpression(at) ? at : undefined;
  }

  /** What `node` names at the top of the module, or itself. */
  follow(node: TS.Node): TS.Node {
    let at = node;
    for (let hops = 0; this.#ts.isIdentifier(at) && hops < 20; hops++) at = this.#declared.get(at.text) ?? at;
    return at;
  }

  isDeclared(node: TS.Node): boolean {
    return this.#ts.isIdentifier(node) && !this.#isFieldName(node) && this.#declared.has(node.text);
  }

  /** The name under which Maestro exports what `call` calls; `undefined` when it is something else. */
  callee({ expression }: TS.CallExpression): string | undefined {
    return this.#ts.isIdentifier(expression) ? this.#own.get(expression.text) : undefined;
  }

  /** An object's fields by name, each as its value; `undefined` when it is no object that is written out. */
  fields(node: TS.Node | undefined): ReadonlyMap<string, TS.Node> | undefined {
    const ts = this.#ts;
    const object = node && this.follow(node);
    if (!object || !ts.isObjectLiteralExpression(object)) return undefined;
    const fields = new Map<string, TS.Node>();
    for (const property of object.properties) {
      const { name } = property;
      if (!name || ts.isComputedPropertyName(name)) return undefined;
      fields.set(
        name.text,
        ts.isPropertyAssignment(property)
          ? property.initializer
          : property.name === name && ts.isShorthandPropertyAssignment(property)
            ? name
            : property,
      );
    }
    return fields;
  }

  /**
   * The text of `node` and of everything it reaches at the top of the module: equal texts do the same. Names at the top
   * are numbers in the order in which they are met, because a bundler gives a name that is there twice another ending.
   */
  reached(node: TS.Node): string {
    const numbers = new Map<string, number>();
    const texts: string[] = [];
    const waiting: TS.Node[] = [node];
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      let text = "";
      let end = next.getStart(this.#source);
      for (const name of this.#namesIn(next)) {
        if (!numbers.has(name.text)) {
          numbers.set(name.text, numbers.size);
          waiting.push(this.#declared.get(name.text)!);
        }
        const start = name.getStart(this.#source);
        const field = this.#ts.isShorthandPropertyAssignment(name.parent) ? `${name.text}:` : "";
        text += `${this.#source.text.slice(end, start)}${field}\u00a7${numbers.get(name.text)}`;
        end = name.end;
      }
      texts.push(text + this.#source.text.slice(end, next.end));
    }
    return texts.join("\n");
  }

  /** The lines of every text that stands in `node` and in what it reaches. */
  linesOf(node: TS.Node): string[] {
    const ts = this.#ts;
    const lines: string[] = [];
    const seen = new Set<TS.Node>();
    const look = (at: TS.Node): void => {
      if (seen.has(at)) return;
      seen.add(at);
      if (ts.isStringLiteralLike(at)) lines.push(...at.text.split("\n"));
      else if (ts.isTemplateExpression(at)) {
        const spans = at.templateSpans.map(
          ({ expression, literal }) => `\${${expression.getText(this.#source)}}${literal.text}`,
        );
        lines.push(...(at.head.text + spans.join("")).split("\n"));
      } else if (ts.isIdentifier(at) && this.isDeclared(at)) look(this.follow(at));
      else ts.forEachChild(at, look);
    };
    look(node);
    return lines.filter((line) => line.trim() !== "");
  }

  /** Every name in `node` that is declared at the top, in order. Locals have other names: the bundler sees to that. */
  #namesIn(node: TS.Node): TS.Identifier[] {
    const names: TS.Identifier[] = [];
    const look = (at: TS.Node): void => {
      if (this.isDeclared(at)) names.push(at as TS.Identifier);
      else this.#ts.forEachChild(at, look);
    };
    look(node);
    return names;
  }

  #isFieldName(name: TS.Identifier): boolean {
    const ts = this.#ts;
    const { parent } = name;
    if (ts.isShorthandPropertyAssignment(parent)) return false;
    if (ts.isPropertyAccessExpression(parent)) return parent.name === name;
    if (ts.isBindingElement(parent)) return parent.propertyName === name;
    return (ts.isObjectLiteralElementLike(parent) || ts.isClassElement(parent)) && parent.name === name;
  }

  /** Calls `visit` with each node directly inside `node`. */
  eachChild(node: TS.Node, visit: (child: TS.Node) => void): void {
    this.#ts.forEachChild(node, visit);
  }

  /** A text that is written out, without anything in it that is computed. */
  textOf(node: TS.Node): string | undefined {
    const at = this.follow(node);
    return this.#ts.isStringLiteralLike(at) ? at.text : undefined;
  }

  isCall(node: TS.Node): node is TS.CallExpression {
    return this.#ts.isCallExpression(node);
  }
}

/** `code` parsed. ts-morph takes a moment to load: only for code that differs. */
export async function parseCode(code: string): Promise<CodeModule> {
  const { ts } = await import("ts-morph");
  return new CodeModule(ts, code);
}
