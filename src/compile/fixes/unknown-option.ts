import { isNearestAlone } from "../../support/nearest.ts";
import { type Change, spelled } from "./change.ts";
import type { Fixing } from "./fix-finding.ts";
import { respell } from "./respell.ts";

/** MS4006: the option that was meant, where its key is written in the call itself. */
export function unknownOption({ finding, syntax, call }: Fixing<"MS4006">): Change | undefined {
  const { key, known, guess } = finding.facts;
  if (guess === undefined || !isNearestAlone(key, guess, known)) return undefined;
  const name = syntax.follow(call, finding.path ?? [])?.name;
  // What is spread in, or is a constant, may be meant for others, too.
  if (!name || name.getStart(syntax.source) < call.getStart(syntax.source) || name.getEnd() > call.getEnd())
    return undefined;
  const splice = respell(syntax, name, guess);
  return splice && { title: spelled(key, guess), syntax, splices: [splice] };
}
