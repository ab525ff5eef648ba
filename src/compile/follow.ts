import type { ts as TS } from "ts-morph";

/** Where a step led: the value, and the key that names it where there is one. */
export interface Found {
  readonly value: TS.Node;
  readonly name?: TS.Node;
}

const MOST_HOPS = 20;

/** Walks from a call into what it was given, as far as the same file says it. */
export class Follower {
  readonly #ts: typeof TS;
  readonly #source: TS.SourceFile;

  constructor(ts: typeof TS, source: TS.SourceFile) {
    this.#ts = ts;
    this.#source = source;
  }

  /** The first step, from the call itself: one of its options, or a value it takes in place. */
  enter(call: TS.CallExpression | TS.TaggedTemplateExpression, key: string | number): Found | undefined {
    if (!this.#ts.isCallExpression(call)) return this.step(call, key);
    const [first] = call.arguments;
    // branch(on, …) and switchOn(on, …) take the condition in place, derive([…], fn) its parts.
    const list = typeof key === "number" && first ? this.resolve(first) : undefined;
    if (list && this.#ts.isArrayLiteralExpression(list)) return this.step(list, key);
    const option = this.step(call, key);
    return option ?? (key === "on" && first ? { value: first } : this.#insideEach(call, key));
  }

  step(from: TS.Node, key: string | number): Found | undefined {
    const node = this.resolve(from);
    if (this.#ts.isObjectLiteralExpression(node)) return this.property(node, String(key));
    if (this.#ts.isArrayLiteralExpression(node)) return this.#element(node, key);
    if (this.#ts.isCallExpression(node)) return this.#insideCall(node, key);
    if (this.#ts.isTaggedTemplateExpression(node)) {
      const span =
        typeof key === "number" && this.#ts.isTemplateExpression(node.template)
          ? node.template.templateSpans[key]
          : undefined;
      return span && { value: span.expression };
    }
    if (
      this.#ts.isArrowFunction(node) ||
      this.#ts.isFunctionExpression(node) ||
      this.#ts.isMethodDeclaration(node)
    ) {
      const result = this.returned(node);
      return result && this.step(result, key);
    }
    return undefined;
  }

  /** What a map's `each` returns besides a single node: `nodes` and `output`. */
  #insideEach(call: TS.CallExpression, key: string | number): Found | undefined {
    const each = this.#argument(call, "each");
    const fn = each && this.resolve(each.value);
    const result =
      fn &&
      (this.#ts.isArrowFunction(fn) || this.#ts.isFunctionExpression(fn) || this.#ts.isMethodDeclaration(fn))
        ? this.returned(fn)
        : undefined;
    const object = result && this.resolve(result);
    return object && this.#ts.isObjectLiteralExpression(object)
      ? this.property(object, String(key))
      : undefined;
  }

  /** In a chain, `z.array(Lead).max(20)`, what is described stands before the limits. */
  #insideCall(call: TS.CallExpression, key: string | number): Found | undefined {
    const receiver = this.#ts.isPropertyAccessExpression(call.expression)
      ? this.resolve(call.expression.expression)
      : undefined;
    const before = receiver && this.#ts.isCallExpression(receiver) ? receiver : undefined;
    const isLimit = before !== undefined && typeof key === "number";
    return (isLimit ? undefined : this.#argument(call, key)) ?? (before && this.step(before, key));
  }

  /** The property of an object, or of what is spread into it. */
  property(object: TS.ObjectLiteralExpression, key: string): Found | undefined {
    for (const own of [...object.properties].reverse()) {
      if (this.#ts.isSpreadAssignment(own)) {
        const spread = this.step(own.expression, key);
        if (spread) return spread;
        continue;
      }
      if (!own.name || this.textOf(own.name) !== key) continue;
      if (this.#ts.isPropertyAssignment(own)) return { name: own.name, value: own.initializer };
      return { name: own.name, value: this.#ts.isShorthandPropertyAssignment(own) ? own.name : own };
    }
    return undefined;
  }

  #element(array: TS.ArrayLiteralExpression, key: string | number): Found | undefined {
    const value = array.elements[Number(key)];
    if (!value || array.elements.slice(0, Number(key) + 1).some((one) => this.#ts.isSpreadElement(one)))
      return undefined;
    return { value };
  }

  #argument(call: TS.CallExpression, key: string | number): Found | undefined {
    if (typeof key === "number") {
      const value = call.arguments[key];
      return value && { value };
    }
    for (const given of [...call.arguments].reverse()) {
      const object = this.resolve(given);
      const found = this.#ts.isObjectLiteralExpression(object) ? this.property(object, key) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  /** What a function ends with. */
  returned(fn: TS.ArrowFunction | TS.FunctionExpression | TS.MethodDeclaration): TS.Node | undefined {
    if (!fn.body || !this.#ts.isBlock(fn.body)) return fn.body;
    const last = [...fn.body.statements].reverse().find((statement) => this.#ts.isReturnStatement(statement));
    return (last as TS.ReturnStatement | undefined)?.expression;
  }

  /** The expression a value comes from: without casts, through constants. */
  resolve(from: TS.Node): TS.Node {
    let node = from;
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      if (
        this.#ts.isAsExpression(node) ||
        this.#ts.isSatisfiesExpression(node) ||
        this.#ts.isParenthesizedExpression(node) ||
        this.#ts.isNonNullExpression(node)
      ) {
        node = node.expression;
        continue;
      }
      const next = this.#ts.isIdentifier(node) ? this.#declared(node) : undefined;
      if (!next) return node;
      node = next;
    }
    return node;
  }

  /** The expression that what is read at `from` belongs to: `research` of `research.output.score`, or what that const is set to. */
  originOf(from: TS.Node): TS.Node {
    let node = this.resolve(from);
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      if (!this.#ts.isPropertyAccessExpression(node) && !this.#ts.isElementAccessExpression(node)) break;
      node = this.resolve(node.expression);
    }
    return node;
  }

  /** What the constant called so in the nearest scope is set to. */
  #declared(identifier: TS.Identifier): TS.Node | undefined {
    for (let scope: TS.Node | undefined = identifier.parent; scope; scope = scope.parent) {
      const statements = this.#ts.isBlock(scope) || this.#ts.isSourceFile(scope) ? scope.statements : [];
      for (const statement of statements) {
        if (!this.#ts.isVariableStatement(statement)) continue;
        for (const one of statement.declarationList.declarations) {
          if (this.#ts.isIdentifier(one.name) && one.name.text === identifier.text && one.name !== identifier)
            return one.initializer;
        }
      }
      if (
        this.#ts.isFunctionLike(scope) &&
        scope.parameters.some((one) => this.#ts.isIdentifier(one.name) && one.name.text === identifier.text)
      )
        return undefined;
    }
    return undefined;
  }

  /** The names of the accesses to `field` inside `within`, and inside what that is set to, in the order of the source. */
  findFields(within: TS.Node, field: string): TS.Node[] {
    const found = new Set<TS.Node>();
    const stack: TS.Node[] = [within, this.resolve(within)];
    for (let node = stack.pop(); node; node = stack.pop()) {
      const name = this.#ts.isPropertyAccessExpression(node)
        ? node.name
        : this.#ts.isElementAccessExpression(node)
          ? node.argumentExpression
          : undefined;
      if (name && this.textOf(name) === field) found.add(name);
      this.#ts.forEachChild(node, (child) => void stack.push(child));
    }
    return [...found].sort((a, b) => a.getEnd() - b.getEnd());
  }

  /** The first string `text` inside `within`. */
  findLiteral(within: TS.Node, text: string): TS.Node | undefined {
    if (this.#ts.isStringLiteralLike(within) && within.text === text) return within;
    return this.#ts.forEachChild(within, (child) => this.findLiteral(child, text));
  }

  /** A name as it is meant, without quotes. */
  textOf(name: TS.Node): string {
    return this.#ts.isIdentifier(name) ||
      this.#ts.isStringLiteralLike(name) ||
      this.#ts.isNumericLiteral(name)
      ? name.text
      : name.getText(this.#source);
  }
}
