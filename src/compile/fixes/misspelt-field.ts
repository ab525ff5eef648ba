import type { ts as TS } from "ts-morph";
import { isNearestAlone } from "../../support/nearest.ts";
import { type Change, spelled } from "./change.ts";
import type { Fixing } from "./fix-finding.ts";
import { isOutsideHelpers, isReadFrom } from "./own-node.ts";
import { respell } from "./respell.ts";

/** MS2102: the field that was meant, where the access to it is the only one of that name in what is bound. */
export function misspeltField({ finding, syntax, call }: Fixing<"MS2102">): Change | undefined {
  const { field, known, guess } = finding.facts;
  if (guess === undefined || !isNearestAlone(field, guess, known)) return undefined;
  const bound = syntax.follow(call, finding.path ?? []);
  const [name, ...more] = bound ? syntax.follower.findFields(bound.value, field) : [];
  if (!name || more.length > 0 || !isOutsideHelpers(syntax, name)) return undefined;
  const access = name.parent as TS.PropertyAccessExpression | TS.ElementAccessExpression;
  if (!isReadFrom(syntax, access.expression, finding.others?.[0]?.sites[0])) return undefined;
  const splice = respell(syntax, name, guess);
  return splice && { title: spelled(field, guess), syntax, splices: [splice] };
}
