import { MaestroError } from "../diagnostics/index.ts";
import type { Check, Checked, Problem } from "../plan/index.ts";

/** What becomes of a value that does not fit. */
type Refuse = (problems: readonly Problem[]) => never;

/** The value as the schema gives it back; synchronous unless the schema is not. */
export function checked(check: Check, value: unknown, refuse: Refuse): unknown {
  const result = check(value);
  return result instanceof Promise ? result.then((late) => toValue(late, refuse)) : toValue(result, refuse);
}

/** @throws MaestroError MR3001 */
export const outputRefused: Refuse = (problems) => {
  throw new MaestroError("MR3001", { problems });
};

function toValue(result: Checked, refuse: Refuse): unknown {
  return "problems" in result ? refuse(result.problems) : result.value;
}
