/** What a test looks at: a value of the plan, or whether something happened. */
export interface Variable {
  readonly key: string;
  /** Every value it can have, as JSON; `undefined` when there are others than those that tests name. */
  readonly domain: readonly string[] | undefined;
}

/** A statement about variables. Equal statements are the same object. */
export type Formula =
  | { readonly is: "true" | "false" | "unknown"; readonly id: number }
  | {
      readonly is: "test";
      readonly id: number;
      readonly variable: Variable;
      readonly values: ReadonlySet<string>;
    }
  | { readonly is: "not"; readonly id: number; readonly of: Formula }
  | { readonly is: "and" | "or"; readonly id: number; readonly parts: readonly Formula[] };

type NoId<F> = F extends unknown ? Omit<F, "id"> : never;

const MOST_PARTS = 200;
const MOST_COMBINATIONS = 4_096;
/** A value that no test names. */
const OTHER = " other";

/**
 * Builds formulas, and decides whether some can hold together. What would take too long to decide, or to hold, is
 * `unknown`, about which nothing is claimed.
 */
export class Formulas {
  readonly #interned = new Map<string, Formula>();
  readonly #variables = new Map<number, ReadonlySet<Variable>>();
  readonly true = this.#intern("true", { is: "true" });
  readonly false = this.#intern("false", { is: "false" });
  readonly unknown = this.#intern("unknown", { is: "unknown" });

  #intern(key: string, formula: NoId<Formula>): Formula {
    const known = this.#interned.get(key);
    if (known) return known;
    const made = { ...formula, id: this.#interned.size } as Formula;
    this.#interned.set(key, made);
    return made;
  }

  /** `variable` has one of `values`. */
  test(variable: Variable, values: readonly string[]): Formula {
    if (values.length === 0) return this.false;
    const sorted = [...new Set(values)].sort();
    return this.#intern(`${variable.key}\u0000${sorted.join("\u0000")}`, {
      is: "test",
      variable,
      values: new Set(sorted),
    });
  }

  not(of: Formula): Formula {
    if (of === this.true) return this.false;
    if (of === this.false) return this.true;
    if (of.is === "unknown") return of;
    return of.is === "not" ? of.of : this.#intern(`not ${of.id}`, { is: "not", of });
  }

  and(parts: readonly Formula[]): Formula {
    return this.#join("and", parts, this.true, this.false);
  }

  or(parts: readonly Formula[]): Formula {
    return this.#join("or", parts, this.false, this.true);
  }

  #join(is: "and" | "or", parts: readonly Formula[], neutral: Formula, decisive: Formula): Formula {
    const kept = new Set<Formula>();
    for (const part of parts) {
      if (part === decisive) return decisive;
      if (part.is === is) for (const inner of part.parts) kept.add(inner);
      else if (part !== neutral) kept.add(part);
    }
    if (kept.has(this.unknown) || kept.size > MOST_PARTS) return this.unknown;
    if (kept.size === 0) return neutral;
    const [first] = kept;
    if (kept.size === 1) return first!;
    const ids = [...kept].map(({ id }) => id).sort((a, b) => a - b);
    return this.#intern(`${is} ${ids.join(" ")}`, { is, parts: [...kept] });
  }

  /** What has to hold, all of it, for `formula` to hold. */
  partsOf(formula: Formula): readonly Formula[] {
    return formula.is === "and" ? formula.parts : formula.is === "true" ? [] : [formula];
  }

  /** Can `formula` be true? Where that is not known, `undefined`. */
  canHold(formula: Formula): boolean | undefined {
    let isKnown = true;
    for (const group of this.#groups(this.partsOf(formula))) {
      const can = this.#tryAll(group);
      if (can === false) return false;
      if (can === undefined) isKnown = false;
    }
    return isKnown ? true : undefined;
  }

  /** A part of `wanted` that may be false while `given` holds; `undefined` when there is none, or none is known. */
  firstUnproved(wanted: Formula, given: Formula): Formula | undefined {
    if (wanted.is === "unknown" || given.is === "unknown") return undefined;
    const held = new Set(this.partsOf(given));
    return this.partsOf(wanted).find(
      (part) => !held.has(part) && this.canHold(this.and([given, this.not(part)])) === true,
    );
  }

  /** Is it certain that `wanted` is true whenever `given` is? */
  implies(given: Formula, wanted: Formula): boolean {
    if (wanted.is === "unknown") return false;
    const held = new Set(this.partsOf(given));
    return this.partsOf(wanted).every(
      (part) => held.has(part) || this.canHold(this.and([given, this.not(part)])) === false,
    );
  }

  /** Parts that share variables, directly or by way of others, belong together. */
  #groups(parts: readonly Formula[]): Formula[][] {
    const groups: { parts: Formula[]; variables: Set<Variable> }[] = [];
    for (const part of parts) {
      const merged = { parts: [part], variables: new Set(this.#variablesOf(part)) };
      for (let i = groups.length - 1; i >= 0; i--) {
        const group = groups[i]!;
        if (![...group.variables].some((variable) => merged.variables.has(variable))) continue;
        merged.parts.push(...group.parts);
        for (const variable of group.variables) merged.variables.add(variable);
        groups.splice(i, 1);
      }
      groups.push(merged);
    }
    return groups.map((group) => group.parts);
  }

  #variablesOf(formula: Formula): ReadonlySet<Variable> {
    const known = this.#variables.get(formula.id);
    if (known) return known;
    const found = new Set<Variable>();
    for (const { variable } of testsIn([formula])) found.add(variable);
    this.#variables.set(formula.id, found);
    return found;
  }

  #tryAll(parts: readonly Formula[]): boolean | undefined {
    if (parts.some((part) => part.is === "unknown")) return undefined;
    const values = new Map<Variable, Set<string>>();
    for (const { variable, values: named } of testsIn(parts)) {
      const own = values.get(variable) ?? new Set(variable.domain ?? [OTHER]);
      if (!variable.domain) for (const value of named) own.add(value);
      values.set(variable, own);
    }
    const variables = [...values.keys()];
    const options = variables.map((variable) => [...values.get(variable)!]);
    const combinations = options.reduce((product, { length }) => product * length, 1);
    if (combinations > MOST_COMBINATIONS) return undefined;
    const chosen = new Map<Variable, string>();
    for (let combination = 0; combination < combinations; combination++) {
      let rest = combination;
      for (const [i, variable] of variables.entries()) {
        chosen.set(variable, options[i]![rest % options[i]!.length]!);
        rest = Math.floor(rest / options[i]!.length);
      }
      if (parts.every((part) => holds(part, chosen))) return true;
    }
    return false;
  }
}

type Test = Extract<Formula, { is: "test" }>;

function testsIn(formulas: readonly Formula[]): Test[] {
  const found: Test[] = [];
  const seen = new Set<Formula>();
  const stack = [...formulas];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (next.is === "test") found.push(next);
    else if (next.is === "not") stack.push(next.of);
    else if (next.is === "and" || next.is === "or") stack.push(...next.parts);
  }
  return found;
}

/** Nesting comes from conditions and `oneOf`, never from the length of a chain: `and` is flat. */
function holds(formula: Formula, chosen: ReadonlyMap<Variable, string>): boolean {
  switch (formula.is) {
    case "true":
      return true;
    case "false":
    case "unknown":
      return false;
    case "test":
      return formula.values.has(chosen.get(formula.variable)!);
    case "not":
      return !holds(formula.of, chosen);
    case "and":
      return formula.parts.every((part) => holds(part, chosen));
    case "or":
      return formula.parts.some((part) => holds(part, chosen));
    default:
      return formula satisfies never;
  }
}
