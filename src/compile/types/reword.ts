import { nearest } from "../../support/nearest.ts";
import { conversionFor } from "../conversion-for.ts";
import type { TypeProblem } from "./parse-output.ts";
import { describeType, fieldsOf, insideOf, mayBeMissing, referredBy } from "./type-text.ts";

/** An error of tsc's in the words of a score. */
export interface Reworded {
  readonly text: string;
  readonly hint?: string | undefined;
}

type Problem = Pick<TypeProblem, "code" | "text" | "chain">;

/** The names of our types by which a text is known to be about references, and not about the author's own types. */
const OURS = /\b(?:(?:Ref|Out|Bind|BindValue|Inputs|Condition|AnyNode|MapBody)\b|(?:Node|Input)<)/;
const NOT_YET = "what it stands for is there only while the score runs";
const COMPUTE = "compute with derive([…], (value) => …), or in a task";

/**
 * What `problem` means to the author of a score, where its text is about references and what they are bound to.
 * `undefined` when it is about anything else, or about something that TypeScript says as well as we could.
 * @param subject the key that stands at its place
 */
export function reword(problem: Problem, subject: string | undefined): Reworded | undefined {
  if (!OURS.test([problem.text, ...problem.chain].join("\n"))) return undefined;
  return (
    toMisfit(problem, subject) ??
    toMissing(problem, subject) ??
    toExcess(problem) ??
    toUnknownField(problem) ??
    toOperation(problem)
  );
}

/** Something is given to what takes something else. */
function toMisfit({ text, chain }: Problem, subject: string | undefined): Reworded | undefined {
  const [, given, wanted] =
    /^Type '(.*)' is not assignable to type '(.*)'\.$/s.exec(text) ??
    /^Argument of type '(.*)' is not assignable to parameter of type '(.*)'\.$/s.exec(text) ??
    // The marks that tell our types apart are fields without a name of their own.
    /^Property '\[[A-Z]+\]' is missing in type '(.*)' but required in type '(.*)'\.$/s.exec(text) ??
    [];
  if (given === undefined || wanted === undefined) return undefined;
  const inside = insideMisfit(chain);
  if (inside !== undefined) return { text: inside };
  const [takes, is] = [describeType(wanted), describeType(given)];
  if (takes === is || is === `a reference to ${takes}`) return undefined;
  return {
    text: subject
      ? `"${subject}" takes ${takes}, and this is ${is}.`
      : `This has to be ${takes}, and it is ${is}.`,
    hint: hintFor(given, wanted),
  };
}

/** Objects that agree but for something inside them: the way to it, and the difference there. */
function insideMisfit(chain: readonly string[]): string | undefined {
  const path: string[] = [];
  for (const line of chain) {
    const [, field, missing] =
      /^\s*(?:Types of property '(.*)' are incompatible|Property '(.*)' is missing in type .*)\.$/s.exec(
        line,
      ) ?? [];
    if (missing !== undefined && !missing.startsWith("["))
      return path.length === 0 ? `"${missing}" is missing here.` : `"${path.join(".")}" lacks "${missing}".`;
    if (field !== undefined && !field.startsWith("[")) path.push(field);
  }
  const differences = chain.flatMap(
    (line) => /^\s*Type '(.*)' is not assignable to type '(.*)'\.$/s.exec(line) ?? [],
  );
  const [wanted, given] = [differences.at(-1), differences.at(-2)];
  if (path.length === 0 || given === undefined || wanted === undefined) return undefined;
  return `Its "${path.join(".")}" has to be ${describeType(wanted)}, and it is ${describeType(given)}.`;
}

function hintFor(given: string, wanted: string): string | undefined {
  if (insideOf(given, ["Node", "Switch"]) !== undefined || given === "Branch")
    return "pass its result: .output";
  const referred = referredBy(given);
  if (referred === undefined) return undefined;
  if (wanted === "Condition") return "make a condition of it: eq(…), gte(…), isPresent(…)";
  if (!OURS.test(wanted)) return `${NOT_YET}: ${COMPUTE}`;
  if (!mayBeMissing(referred) || mayBeMissing(wanted)) {
    const conversion = conversionFor(describeType(referred), describeType(wanted));
    return conversion === undefined ? undefined : `convert it: ${conversion}`;
  }
  return "say what holds when it is missing: oneOf(…, …)";
}

/** A field is not given. */
function toMissing({ text }: Problem, subject: string | undefined): Reworded | undefined {
  const one = /^Property '([^'[]+)' is missing in type '.*' but required in type '(.*)'\.$/s.exec(text);
  const many =
    /^Type '.*' is missing the following properties from type '(.*)': (.*?)(?:, and \d+ more\.?)?$/s.exec(
      text,
    );
  const whole = subject === undefined ? "This" : `"${subject}"`;
  if (one) {
    const type = fieldsOf(one[2]!).get(one[1]!);
    return { text: `${whole} lacks "${one[1]}"${type === undefined ? "" : `, ${describeType(type)}`}.` };
  }
  if (!many || many[2]!.includes("[")) return undefined;
  const names = many[2]!.split(", ").map((name) => `"${name}"`);
  return { text: `${whole} lacks ${names.slice(0, -1).join(", ")} and ${names.at(-1)}.` };
}

/** A field is given that nothing takes. */
function toExcess({ text }: Problem): Reworded | undefined {
  const [, name, type, meant] =
    /^Object literal may only specify known properties, (?:and|but) '(.*?)' does not exist in type '(.*)'\.(?: Did you mean to write '(.*)'\?)?$/s.exec(
      text,
    ) ?? [];
  if (name === undefined) return undefined;
  const known = [...fieldsOf(type!).keys()];
  const guess = meant ?? nearest(name, known);
  // Of options, tsc spells out only a part.
  const all = type!.endsWith("}") ? ` (there are: ${known.join(", ") || "none"})` : "";
  return { text: `"${name}" does not exist here${all}.`, hint: guess && `did you mean "${guess}"?` };
}

/** A field is read that is not there. */
function toUnknownField({ text }: Problem): Reworded | undefined {
  const [, name, type, meant] =
    /^Property '(.*?)' does not exist on type '(.*)'\.(?: Did you mean '(.*)'\?)?$/s.exec(text) ?? [];
  if (name === undefined) return undefined;
  if (insideOf(type!, ["Node", "Switch"]) !== undefined)
    return {
      text: `A node has no "${name}": its result is read through "output".`,
      hint: `write .output.${name}`,
    };
  const referred = referredBy(type!);
  if (referred === undefined) return undefined;
  const known = [...fieldsOf(referred).keys()];
  if (known.length === 0)
    return { text: `A reference to ${describeType(referred)} has no "${name}": ${NOT_YET}.`, hint: COMPUTE };
  const guess = meant ?? nearest(name, known);
  return {
    text: `"${name}" does not exist on what this refers to (it has: ${known.join(", ")}).`,
    hint: guess && `did you mean "${guess}"?`,
  };
}

/** A reference is compared or computed with, as if it were its value. */
function toOperation({ code }: Problem): Reworded | undefined {
  if (code === 2367)
    return {
      text: `A reference is compared here: ${NOT_YET}.`,
      hint: "write eq(…), or another condition, and give it to branch(…)",
    };
  if ([2362, 2363, 2365].includes(code))
    return { text: `A reference is computed with here: ${NOT_YET}.`, hint: COMPUTE };
  return undefined;
}
