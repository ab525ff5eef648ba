import { type At, invalid, shown, type Writing } from "./writing.ts";

/** The policy by which models are put in order. Which there are, the configuration says. */
export function routing(
  value: unknown,
  at: At,
  writing: Pick<Writing, "report">,
): { readonly routing?: string } {
  if (value === undefined) return {};
  if (typeof value === "string" && value !== "") return { routing: value };
  invalid("routing", shown(value), 'it has to be the name of a policy: "economy"', at("routing"), writing);
  return {};
}
