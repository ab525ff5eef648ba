import { bindingsOf, type Condition, type Expr, waysOutOf } from "../../plan/index.ts";
import { type Json, toCanonicalJson } from "../../support/json.ts";
import { type Formula, Formulas, type Variable } from "./formula.ts";
import { inPlayingOrder } from "./order.ts";
import { type Compared, isSameness, type Ordering, passes, toSamples, withLiteral } from "./samples.ts";
import { schemaOf, valuesOf } from "./schema-of.ts";
import {
  conditionsIn,
  type GraphNode,
  type GraphScope,
  isInHandler,
  nodeAt,
  type Read,
  type ScoreGraph,
  scopeAt,
} from "./score-graph.ts";

/** A switch over a switch over itself is a finding of its own. */
const MOST_HOPS = 50;

/**
 * When each node of a score gives a value, as a formula over the values its conditions look at.
 * It follows the engine: a node is skipped when its guard is false or absent, when it reads an absent value, or when
 * one it is ordered after was skipped; `onFailure: "skip"` may take any value away.
 */
export class Presence {
  readonly formulas = new Formulas();
  /** In which every node stands after what it waits for; without those of circles. */
  readonly order: readonly GraphNode[];
  readonly #present = new Map<GraphNode, Formula>();
  readonly #guard = new Map<GraphNode, Formula>();
  readonly #variables = new Map<string, Variable>();
  readonly #words = new Map<Formula, string>();
  readonly #unproved = new Map<GraphNode, readonly Unproved[]>();
  /** What each value is compared with, by its key. */
  readonly #compared = new Map<string, Compared>();

  constructor(graph: ScoreGraph) {
    for (const node of graph.nodes) this.#noteLiterals(node);
    this.order = inPlayingOrder(graph);
    for (const node of this.order) this.#add(node);
  }

  /** True exactly when the node gives a value, provided that the scope it stands in is played. */
  present(node: GraphNode): Formula {
    return this.#present.get(node) ?? this.formulas.unknown;
  }

  /** What the node itself demands before it is played: its `when`, and what it is ordered after. */
  guard(node: GraphNode): Formula {
    return this.#guard.get(node) ?? this.formulas.unknown;
  }

  /** What holds wherever something inside `scope` is played: the maps around it are. */
  around(scope: GraphScope): Formula {
    const parts: Formula[] = [];
    for (let owner = scope.owner; owner; owner = owner.scope.owner) parts.push(this.present(owner));
    return this.formulas.and(parts);
  }

  /** What `node` demands before it is played, where it is: as if its `after` were without those at the indices `dropped`. */
  guardWithout(node: GraphNode, dropped: ReadonlySet<number>): Formula {
    return this.formulas.and([this.around(node.scope), this.#guardOf(node, dropped)]);
  }

  /** When everything that the node reads is there; what it should not rely on is left out. */
  inputs(node: GraphNode): Formula {
    const doubted = new Set(this.unproved(node).map(({ read }) => read));
    const relied = node.reads.filter((read) => isJudged(read) && !doubted.has(read));
    return this.formulas.and(relied.map(({ target }) => this.present(target)));
  }

  /** What the node reads although it may be absent when the node is played. */
  unproved(node: GraphNode): readonly Unproved[] {
    return this.#unproved.get(node) ?? [];
  }

  /** Which of `reads` may be absent although `given` holds. One that contradicts `given` is not among them: it never is. */
  unprovedOf(reads: readonly Read[], given: Formula): Unproved[] {
    const { formulas } = this;
    return reads.filter(isJudged).flatMap((read) => {
      const present = this.present(read.target);
      const part = formulas.firstUnproved(present, given);
      return part && formulas.canHold(formulas.and([given, present])) !== false ? [{ read, part }] : [];
    });
  }

  /** A part of a formula in the author's words: `"kind" is "bug"`. */
  words(part: Formula): string | undefined {
    return this.#words.get(part);
  }

  #add(node: GraphNode): void {
    const { formulas } = this;
    const { plan, scope } = node;
    const guard = this.#guardOf(node);
    this.#guard.set(node, guard);
    const isValue = plan.kind === "text" || plan.kind === "derive" || plan.kind === "oneOf";
    // A finding about a read is enough: what follows is judged as if it were mended.
    const unproved = isValue ? [] : this.unprovedOf(node.reads, formulas.and([this.around(scope), guard]));
    this.#unproved.set(node, unproved);
    const doubted = new Set(unproved.map(({ read }) => read));
    if (plan.kind === "oneOf") {
      this.#present.set(node, formulas.or(plan.of.map((part) => this.#readable(part, scope))));
      return;
    }
    const needed = node.reads
      .filter((read) => isJudged(read) && !doubted.has(read))
      .map(({ target }) => this.present(target));
    this.#present.set(node, formulas.and([guard, ...needed, this.#survives(node)]));
  }

  #guardOf(node: GraphNode, dropped?: ReadonlySet<number>): Formula {
    const { plan, scope, after } = node;
    const when = "when" in plan && plan.when ? this.#whenTrue(plan.when, scope) : this.formulas.true;
    const follows = "onSkip" in plan ? [] : after.filter((_, i) => !dropped?.has(i));
    return this.formulas.and([when, ...follows.map((other) => this.present(other)), this.#demand(node)]);
  }

  /** Of a node that stands in for others: that one of them has failed. */
  #demand({ standsInFor }: GraphNode): Formula {
    if (standsInFor.length === 0) return this.formulas.true;
    return this.formulas.or(standsInFor.map((other) => this.#failed(other)));
  }

  #failed(node: GraphNode): Formula {
    const { formulas } = this;
    const failed = formulas.test(this.#variable(`failed ${node.path}`, ["true", "false"]), ["true"]);
    this.#words.set(failed, `"${node.name}" has failed`);
    return failed;
  }

  /** The node gives a value although it may fail: it does not, or something stands in. */
  #survives(node: GraphNode): Formula {
    const { formulas } = this;
    const { plan } = node;
    const isGap = waysOutOf(plan).skip || (plan.kind === "checkpoint" && plan.onTimeout === "skip");
    if (!isGap && !node.standIn) return formulas.true;
    const holds = formulas.not(this.#failed(node));
    this.#words.set(holds, `"${node.name}" did not fail`);
    return node.standIn && !isGap ? formulas.or([holds, this.present(node.standIn)]) : holds;
  }

  /** When `expr` is not absent. */
  #readable(expr: Expr, scope: GraphScope): Formula {
    return this.formulas.and(sourcesOf(expr).map(({ node, up }) => this.#presentAt(node, up, scope)));
  }

  #presentAt(name: string, up: number, scope: GraphScope): Formula {
    const node = nodeAt(scope, name, up);
    if (!node) return this.formulas.unknown;
    return isInHandler(scope) && !isInHandler(node.scope) ? this.formulas.true : this.present(node);
  }

  #whenTrue(condition: Condition, scope: GraphScope): Formula {
    return this.#toFormula(condition, scope, true);
  }

  /** When `condition` is `wanted`. An absent condition is neither true nor false. */
  #toFormula(condition: Condition, scope: GraphScope, wanted: boolean): Formula {
    const { formulas } = this;
    switch (condition.is) {
      case "all":
      case "any": {
        // Without parts it stands in for a condition that could not be read.
        if (condition.of.length === 0) return formulas.unknown;
        const parts = condition.of.map((part) => this.#toFormula(part, scope, wanted));
        return (condition.is === "all") === wanted ? formulas.and(parts) : formulas.or(parts);
      }
      case "not":
        return this.#toFormula(condition.of, scope, !wanted);
      case "case":
        return this.#caseFormula(condition, scope, wanted);
      case "isPresent": {
        const there = formulas.test(
          this.#variable(`there ${this.#keyOf(condition.of, scope)}`, ["true", "false"]),
          ["true"],
        );
        const both = formulas.and([this.#readable(condition.of, scope), there]);
        return wanted ? both : formulas.not(both);
      }
      default:
        return this.#comparison(condition, scope, wanted);
    }
  }

  #caseFormula(
    { node: name, up, cases, negate }: Extract<Condition, { is: "case" }>,
    scope: GraphScope,
    wanted: boolean,
  ): Formula {
    const { formulas } = this;
    const node = nodeAt(scope, name, up);
    if (!node) return formulas.unknown;
    const isOneOf = negate !== wanted;
    const { plan } = node;
    if (plan.kind === "branch") {
      const ways = cases
        .filter((way) => typeof way === "boolean")
        .map((way) => this.#toFormula(plan.on, node.scope, isOneOf ? way : !way));
      const taken = isOneOf ? formulas.or(ways) : formulas.and(ways);
      const [only] = cases;
      return this.#named(
        formulas.and([this.present(node), taken]),
        taken,
        `"${name}" is ${(only === true) === isOneOf ? "yes" : "no"}`,
      );
    }
    if (plan.kind !== "switchOn") return formulas.unknown;
    const test = this.#isOneOf(
      plan.on,
      node.scope,
      cases.map((value) => JSON.stringify(value)),
    );
    const taken = isOneOf ? test : formulas.not(test);
    const listed = cases.map((value) => JSON.stringify(value)).join(" or ");
    return this.#named(
      formulas.and([this.present(node), taken]),
      taken,
      `"${name}" is ${isOneOf ? "" : "not "}${listed}`,
    );
  }

  #comparison(condition: Extract<Condition, { left: Expr }>, scope: GraphScope, wanted: boolean): Formula {
    const { formulas } = this;
    const { left, right, is } = condition;
    const readable = formulas.and([this.#readable(left, scope), this.#readable(right, scope)]);
    const hold = (test: Formula, isSame: boolean) =>
      formulas.and([readable, isSame === wanted ? test : formulas.not(test)]);
    const compared = withLiteral(condition);
    if (compared && isSameness(compared)) {
      const test = this.#isOneOf(compared.value, scope, [toCanonicalJson(compared.literal)]);
      return hold(test, compared.is === "eq");
    }
    if (compared) return hold(this.#isOrdered(compared, scope), true);
    const [basic, isSame] =
      is === "ne"
        ? (["eq", false] as const)
        : is === "gte"
          ? (["lt", false] as const)
          : is === "lte"
            ? (["gt", false] as const)
            : ([is, true] as const);
    const key = `${basic} ${this.#keyOf(left, scope)} ${this.#keyOf(right, scope)}`;
    return hold(formulas.test(this.#variable(key, ["true", "false"]), ["true"]), isSame);
  }

  #named(formula: Formula, taken: Formula, words: string): Formula {
    for (const part of this.formulas.partsOf(taken)) if (!this.#words.has(part)) this.#words.set(part, words);
    return formula;
  }

  /** `expr` has one of `values`. A value that it never has is a finding of its own. */
  #isOneOf(expr: Expr, scope: GraphScope, values: readonly string[]): Formula {
    const variable = this.#valueVariable(expr, scope);
    const { domain } = variable;
    return domain && values.some((value) => !domain.includes(value))
      ? this.formulas.unknown
      : this.formulas.test(variable, values);
  }

  /** `value` passes the test. One that it always or never passes is not for us to claim. */
  #isOrdered({ is, value, literal }: Ordering, scope: GraphScope): Formula {
    const variable = this.#valueVariable(value, scope);
    const passing = variable.domain?.filter((one) => passes(is, JSON.parse(one) as Json, literal)) ?? [];
    return passing.length === 0 ? this.formulas.unknown : this.formulas.test(variable, passing);
  }

  #valueVariable(expr: Expr, scope: GraphScope): Variable {
    const at = switchedOn(expr, scope);
    const key = this.#keyOf(at.expr, at.scope);
    const variable = this.#variables.get(`value ${key}`);
    if (variable) return variable;
    const known = schemaOf(at.expr, at.scope);
    const schema = known && "schema" in known ? known.schema : undefined;
    const values = schema && valuesOf(schema)?.map((value) => JSON.stringify(value));
    const compared = this.#compared.get(key);
    return this.#variable(
      `value ${key}`,
      values ?? (compared && toSamples(compared, schema?.type === "integer")),
    );
  }

  /** What the conditions of `node` compare values with. */
  #noteLiterals({ plan, scope }: GraphNode): void {
    for (const { expr } of bindingsOf(plan)) {
      if (!isCondition(expr)) continue;
      for (const condition of conditionsIn(expr)) {
        const compared = "left" in condition ? withLiteral(condition) : undefined;
        if (compared) {
          const known = this.#comparedOf(compared.value, scope);
          if (isSameness(compared)) known.same.add(toCanonicalJson(compared.literal));
          else known.ordered.add(compared.literal);
        } else if (condition.is === "case") {
          const node = nodeAt(scope, condition.node, condition.up);
          if (node?.plan.kind !== "switchOn") continue;
          const known = this.#comparedOf(node.plan.on, node.scope);
          for (const value of condition.cases) known.same.add(JSON.stringify(value));
        }
      }
    }
  }

  #comparedOf(expr: Expr, scope: GraphScope): Compared {
    const at = switchedOn(expr, scope);
    const key = this.#keyOf(at.expr, at.scope);
    const compared = this.#compared.get(key) ?? { ordered: new Set(), same: new Set() };
    this.#compared.set(key, compared);
    return compared;
  }

  #variable(key: string, domain: readonly string[] | undefined): Variable {
    const known = this.#variables.get(key);
    if (known) return known;
    const variable: Variable = { key, domain };
    this.#variables.set(key, variable);
    return variable;
  }

  /** The same text for the same value: names from the root instead of counts of scopes. */
  #keyOf(expr: Expr, scope: GraphScope): string {
    return JSON.stringify(expr, (_key, inner: unknown) => {
      if (typeof inner !== "object" || inner === null || !("up" in inner)) return inner;
      const { up, ...rest } = inner as { readonly up: number };
      return { ...rest, in: scopeAt(scope, up)?.prefix };
    });
  }
}

/** What a switch gives is what it looks at. */
function switchedOn(expr: Expr, scope: GraphScope): { readonly expr: Expr; readonly scope: GraphScope } {
  let at = { expr, scope };
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    if (at.expr.is !== "output" || at.expr.path.length > 0) return at;
    const source = nodeAt(at.scope, at.expr.node, at.expr.up);
    if (source?.plan.kind !== "switchOn") return at;
    at = { expr: source.plan.on, scope: source.scope };
  }
  return at;
}

function isCondition(expr: Expr): expr is Condition {
  return CONDITIONS.has(expr.is);
}

const CONDITIONS: ReadonlySet<Expr["is"]> = new Set<Condition["is"]>([
  "eq",
  "ne",
  "gt",
  "gte",
  "lt",
  "lte",
  "includes",
  "isPresent",
  "all",
  "any",
  "not",
  "case",
]);

/** A read, and the part of its presence that nothing guarantees. */
export interface Unproved {
  readonly read: Read;
  readonly part: Formula;
}

/** Without this value the reader is skipped, and it does not say that it may be. */
export function needsValue({ isGuard, acceptsAbsence }: Read): boolean {
  return !isGuard && !acceptsAbsence;
}

/** Whether the value is there is for this to say. After a failure it may always be missing: `handlerReads` says so. */
function isJudged(read: Read): boolean {
  return needsValue(read) && !read.isAfterFailure;
}

/** The nodes that `expr` cannot do without. */
function sourcesOf(expr: Expr): { readonly node: string; readonly up: number }[] {
  const found: { node: string; up: number }[] = [];
  const stack: Expr[] = [expr];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (next.is === "output") found.push({ node: next.node, up: next.up });
    else if (next.is === "object") stack.push(...Object.values(next.fields));
    else if (next.is === "array") stack.push(...next.items);
  }
  return found;
}
