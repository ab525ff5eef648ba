import type { Check, Checked, Problem } from "../../plan/index.ts";

/** The judge's own schema first, then what every verdict is: `{ score, why? }`, with a score from 0 to 1. */
export function verdictCheck(own: Check | undefined): Check {
  return (given) => {
    const checked = own ? own(given) : { value: given };
    return checked instanceof Promise ? checked.then(asVerdict) : asVerdict(checked);
  };
}

function asVerdict(checked: Checked): Checked {
  if ("problems" in checked) return checked;
  const { score, why } = Object(checked.value) as { readonly score?: unknown; readonly why?: unknown };
  const problems: Problem[] = [];
  if (typeof score !== "number" || !(score >= 0 && score <= 1)) {
    const found = typeof score === "number" ? `, and it is ${score}` : "";
    problems.push({
      path: "score",
      detail: `a verdict is a number from 0 to 1${found}`,
      type: typeOf(score),
    });
  }
  if (why !== undefined && why !== null && typeof why !== "string")
    problems.push({ path: "why", detail: "what a judge says is text", type: typeOf(why) });
  return problems.length > 0 ? { problems } : checked;
}

/** What a person says: `{ accept, note? }`. */
export const checkDecision: Check = (given) => {
  const { accept, note, ...rest } = Object(given) as Readonly<Record<string, unknown>>;
  const problems: Problem[] = [];
  if (typeof accept !== "boolean")
    problems.push({ path: "accept", detail: "say true or false", type: typeOf(accept) });
  if (note !== undefined && typeof note !== "string")
    problems.push({ path: "note", detail: "a note is text", type: typeOf(note) });
  for (const [key, value] of Object.entries(rest))
    problems.push({ path: key, detail: "a decision is { accept, note }", type: typeOf(value) });
  return problems.length > 0 ? { problems } : { value: { accept, ...(note === undefined ? {} : { note }) } };
};

function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
