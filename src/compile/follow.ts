import type { ts as TS } from "ts-morph";

/** Where a step led: the value, and the key that names it where there is one. */
export interface Found {
  readonly value: TS.Node;
  readonly name?: TS.Node;
}

/** Walks from a call into what it was given, as far as the same file says it. */
export interface Follower {
  /** The first step, from the call itself: one of its options, or a value it takes in place. */
  enter(call: TS.CallExpression | TS.TaggedTemplateExpression, key: string | number): Found | undefined;
  step(from: TS.Node, key: string | number): Found | undefined;
  /** The name of the last access to `field` inside `node`. */
  findField(node: TS.Node, field: string): TS.Node | undefined;
}

const MOST_HOPS = 20;

export function toFollower(ts: typeof TS, source: TS.SourceFile): Follower {
  function enter(call: TS.CallExpression | TS.TaggedTemplateExpression, key: string | number): Found | undefined {
    if (!ts.isCallExpression(call)) return step(call, key);
    const [first] = call.arguments;
    // branch(on, …) and switchOn(on, …) take the condition in place, derive([…], fn) its parts.
    const list = typeof key === "number" && first ? resolve(first) : undefined;
    if (list && ts.isArrayLiteralExpression(list)) return step(list, key);
    const option = step(call, key);
    return option ?? (key === "on" && first ? { value: first } : undefined);
  }

  function step(from: TS.Node, key: string | number): Found | undefined {
    const node = resolve(from);
    if (ts.isObjectLiteralExpression(node)) return property(node, String(key));
    if (ts.isArrayLiteralExpression(node)) return element(node, key);
    if (ts.isCallExpression(node)) return argument(node, key);
    if (ts.isTaggedTemplateExpression(node)) {
      const span = typeof key === "number" && ts.isTemplateExpression(node.template) ? node.template.templateSpans[key] : undefined;
      return span && { value: span.expression };
    }
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isMethodDeclaration(node)) {
      const result = returned(node);
      return result && step(result, key);
    }
    return undefined;
  }

  function property(object: TS.ObjectLiteralExpression, key: string): Found | undefined {
    for (const own of [...object.properties].reverse()) {
      if (ts.isSpreadAssignment(own)) {
        const spread = step(own.expression, key);
        if (spread) return spread;
        continue;
      }
      if (!own.name || textOf(own.name) !== key) continue;
      if (ts.isPropertyAssignment(own)) return { name: own.name, value: own.initializer };
      return { name: own.name, value: ts.isShorthandPropertyAssignment(own) ? own.name : own };
    }
    return undefined;
  }

  function element(array: TS.ArrayLiteralExpression, key: string | number): Found | undefined {
    const value = array.elements[Number(key)];
    if (!value || array.elements.slice(0, Number(key) + 1).some((one) => ts.isSpreadElement(one))) return undefined;
    return { value };
  }

  function argument(call: TS.CallExpression, key: string | number): Found | undefined {
    if (typeof key === "number") {
      const value = call.arguments[key];
      return value && { value };
    }
    for (const given of [...call.arguments].reverse()) {
      const object = resolve(given);
      const found = ts.isObjectLiteralExpression(object) ? property(object, key) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  function returned(fn: TS.ArrowFunction | TS.FunctionExpression | TS.MethodDeclaration): TS.Node | undefined {
    if (!fn.body || !ts.isBlock(fn.body)) return fn.body;
    const last = [...fn.body.statements].reverse().find((statement) => ts.isReturnStatement(statement));
    return (last as TS.ReturnStatement | undefined)?.expression;
  }

  /** The expression a value comes from: without casts, through constants and their fields. */
  function resolve(from: TS.Node): TS.Node {
    let node = from;
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) {
        node = node.expression;
        continue;
      }
      const next = ts.isIdentifier(node) ? declared(node) : undefined;
      if (!next) return node;
      node = next;
    }
    return node;
  }

  /** What the constant called so in the nearest scope is set to. */
  function declared(identifier: TS.Identifier): TS.Node | undefined {
    for (let scope: TS.Node | undefined = identifier.parent; scope; scope = scope.parent) {
      const statements = ts.isBlock(scope) || ts.isSourceFile(scope) ? scope.statements : [];
      for (const statement of statements) {
        if (!ts.isVariableStatement(statement)) continue;
        for (const one of statement.declarationList.declarations) {
          if (ts.isIdentifier(one.name) && one.name.text === identifier.text && one.name !== identifier) return one.initializer;
        }
      }
      if (ts.isFunctionLike(scope) && scope.parameters.some((one) => ts.isIdentifier(one.name) && one.name.text === identifier.text)) return undefined;
    }
    return undefined;
  }

  function findField(within: TS.Node, field: string): TS.Node | undefined {
    let found: TS.Node | undefined;
    const stack: TS.Node[] = [within, resolve(within)];
    for (let node = stack.pop(); node; node = stack.pop()) {
      const name = ts.isPropertyAccessExpression(node) ? node.name : ts.isElementAccessExpression(node) ? node.argumentExpression : undefined;
      if (name && textOf(name) === field && (!found || name.getEnd() > found.getEnd())) found = name;
      ts.forEachChild(node, (child) => void stack.push(child));
    }
    return found;
  }

  function textOf(name: TS.Node): string {
    return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : name.getText(source);
  }

  return { enter, step, findField };
}
