import type { ts as TS } from "ts-morph";
import { type Built, CONSTRUCTORS, PACKAGE } from "./constructors.ts";

const MOST_HOPS = 20;
/** What a node has that is a reference. */
const OUTPUTS: ReadonlySet<string> = new Set(["output", "yes", "no", "otherwise"]);

/** What an expression is known to be: a node, or a reference into one; and the name of the const it comes from. */
export interface Known {
  readonly built: Built;
  readonly origin?: TS.Node;
}

/** Tells the nodes and references of one file from plain values, as far as the file itself says it. */
export class References {
  readonly #ts: typeof TS;
  /** By local name, what was imported; `*` for the whole package. */
  readonly #imported = new Map<string, string>();

  constructor(ts: typeof TS, source: TS.SourceFile) {
    this.#ts = ts;
    for (const statement of source.statements) {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
      const bindings = statement.importClause?.namedBindings;
      if (statement.moduleSpecifier.text !== PACKAGE || !bindings) continue;
      if (ts.isNamespaceImport(bindings)) this.#imported.set(bindings.name.text, "*");
      else
        for (const { name, propertyName } of bindings.elements)
          this.#imported.set(name.text, (propertyName ?? name).text);
    }
  }

  /** What `expression` is, when it is certain to be a node or a reference. */
  known(expression: TS.Node, hops = 0): Known | undefined {
    const ts = this.#ts;
    const node = this.unwrapped(expression);
    if (hops > MOST_HOPS) return undefined;
    if (ts.isIdentifier(node)) return this.#declared(node, hops);
    if (ts.isPropertyAccessExpression(node)) return this.#field(node.expression, node.name.text, hops);
    if (ts.isElementAccessExpression(node)) {
      const key = node.argumentExpression;
      return this.#field(node.expression, ts.isStringLiteralLike(key) ? key.text : "0", hops);
    }
    if (ts.isTaggedTemplateExpression(node)) return this.#made(node.tag);
    return ts.isCallExpression(node) ? this.#called(node.expression, hops) : undefined;
  }

  /** The expression without brackets and casts. */
  unwrapped(expression: TS.Node): TS.Node {
    const ts = this.#ts;
    let node = expression;
    while (
      ts.isParenthesizedExpression(node) ||
      ts.isAsExpression(node) ||
      ts.isSatisfiesExpression(node) ||
      ts.isNonNullExpression(node)
    )
      node = node.expression;
    return node;
  }

  #field(of: TS.Node, name: string, hops: number): Known | undefined {
    const base = this.known(of, hops + 1);
    if (!base) return undefined;
    if (base.built === "node") return OUTPUTS.has(name) ? { ...base, built: "reference" } : undefined;
    // `await` asks for `then`, and is told that there is none.
    return name === "then" ? undefined : base;
  }

  #called(callee: TS.Node, hops: number): Known | undefined {
    const ts = this.#ts;
    const made = this.#made(callee);
    if (made || !ts.isPropertyAccessExpression(callee) || callee.name.text !== "is") return made;
    const base = this.known(callee.expression, hops + 1);
    return base?.built === "node" ? { ...base, built: "reference" } : undefined;
  }

  /** What a call of `callee` gives, when it is one of Maestro's constructors. */
  #made(callee: TS.Node): Known | undefined {
    const name = this.#constructorAt(callee);
    const built = name === undefined ? undefined : CONSTRUCTORS.get(name);
    return built && { built };
  }

  #constructorAt(callee: TS.Node): string | undefined {
    const ts = this.#ts;
    if (ts.isPropertyAccessExpression(callee) && ts.isIdentifier(callee.expression))
      return this.#importedName(callee.expression) === "*" ? callee.name.text : undefined;
    return ts.isIdentifier(callee) ? this.#importedName(callee) : undefined;
  }

  #importedName(identifier: TS.Identifier): string | undefined {
    const imported = this.#imported.get(identifier.text);
    return imported !== undefined && this.#binding(identifier) === undefined ? imported : undefined;
  }

  #declared(identifier: TS.Identifier, hops: number): Known | undefined {
    const ts = this.#ts;
    const binding = this.#binding(identifier);
    if (!binding || binding === "other") return undefined;
    if (ts.isParameter(binding)) return this.#isGiven(binding) ? { built: "reference" } : undefined;
    const base = binding.initializer && this.known(binding.initializer, hops + 1);
    if (!base) return undefined;
    return ts.isIdentifier(binding.name)
      ? { built: base.built, origin: binding.name }
      : this.#taken(binding, identifier, base);
  }

  /** `const { output } = task(…)`: one name, without a default. */
  #taken({ name }: TS.VariableDeclaration, { text }: TS.Identifier, base: Known): Known | undefined {
    const ts = this.#ts;
    if (!ts.isObjectBindingPattern(name)) return undefined;
    const element = name.elements.find((one) => ts.isIdentifier(one.name) && one.name.text === text);
    if (!element || element.dotDotDotToken) return undefined;
    const key = element.propertyName ?? element.name;
    const isOutput = ts.isIdentifier(key) && OUTPUTS.has(key.text);
    return base.built === "reference" || isOutput ? { built: "reference", origin: element.name } : undefined;
  }

  /** Is it what `each` of a map or loop, or `onError` of a score, is given? */
  #isGiven({ parent: fn, name }: TS.ParameterDeclaration): boolean {
    const ts = this.#ts;
    if (!ts.isIdentifier(name)) return false;
    const property = ts.isMethodDeclaration(fn) ? fn : fn.parent;
    if (!property || !(ts.isMethodDeclaration(property) || ts.isPropertyAssignment(property))) return false;
    const call = property.parent.parent;
    if (!ts.isCallExpression(call) || !ts.isIdentifier(property.name)) return false;
    const made = this.#constructorAt(call.expression);
    if (property.name.text === "each") return made === "map" || made === "loop";
    return property.name.text === "onError" && made === "defineScore";
  }

  /** What declares the name, from the inside out: a const, a parameter, or something `other`; `undefined` for an import. */
  #binding(
    identifier: TS.Identifier,
  ): TS.VariableDeclaration | TS.ParameterDeclaration | "other" | undefined {
    for (let scope: TS.Node | undefined = identifier.parent; scope; scope = scope.parent) {
      const found = this.#bindingIn(scope, identifier.text);
      if (found) return found;
    }
    return undefined;
  }

  #bindingIn(scope: TS.Node, name: string) {
    const ts = this.#ts;
    if (ts.isFunctionLike(scope)) {
      const parameter = scope.parameters.find((one) => this.#names(one.name).has(name));
      if (parameter) return ts.isIdentifier(parameter.name) ? parameter : "other";
      return ts.isFunctionExpression(scope) && scope.name?.text === name ? "other" : undefined;
    }
    if (ts.isCatchClause(scope) && scope.variableDeclaration)
      return this.#names(scope.variableDeclaration.name).has(name) ? "other" : undefined;
    if (ts.isForStatement(scope) || ts.isForInStatement(scope) || ts.isForOfStatement(scope)) {
      const { initializer } = scope;
      if (!initializer || !ts.isVariableDeclarationList(initializer)) return undefined;
      return initializer.declarations.some((one) => this.#names(one.name).has(name)) ? "other" : undefined;
    }
    return this.#statementsOf(scope)
      .map((statement) => this.#bindingBy(statement, name))
      .find((one) => one !== undefined);
  }

  #statementsOf(scope: TS.Node): readonly TS.Statement[] {
    const ts = this.#ts;
    if (ts.isCaseBlock(scope)) return scope.clauses.flatMap(({ statements }) => [...statements]);
    return ts.isBlock(scope) || ts.isSourceFile(scope) || ts.isModuleBlock(scope) ? scope.statements : [];
  }

  #bindingBy(statement: TS.Statement, name: string) {
    const ts = this.#ts;
    if (ts.isVariableStatement(statement)) {
      const list = statement.declarationList;
      const declared = list.declarations.find((one) => this.#names(one.name).has(name));
      if (!declared) return undefined;
      return (list.flags & ts.NodeFlags.Const) !== 0 ? declared : "other";
    }
    const isNamed =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement);
    return isNamed && statement.name?.text === name ? "other" : undefined;
  }

  /** The names that a declaration gives, those in a pattern too. */
  #names(name: TS.BindingName): ReadonlySet<string> {
    const ts = this.#ts;
    const found = new Set<string>();
    const stack: TS.BindingName[] = [name];
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (ts.isIdentifier(next)) found.add(next.text);
      else
        for (const element of next.elements) if (!ts.isOmittedExpression(element)) stack.push(element.name);
    }
    return found;
  }
}
