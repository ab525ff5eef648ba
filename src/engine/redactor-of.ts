import { secretsOf } from "../plan/index.ts";
import { Redactor } from "../players/redactor.ts";
import type { Performance } from "./performance.ts";

const redactors = new WeakMap<Performance, Redactor>();

/** Takes every secret out that steps of the run name: none is to stand in what is kept of a conversation. */
export function redactorOf(run: Performance): Redactor {
  const known = redactors.get(run);
  if (known) return known;
  const values = [...secretsOf(run.playable.plan)].map(
    (name) => [name, run.outside.secret(name) ?? ""] as const,
  );
  const redactor = new Redactor(new Map(values));
  redactors.set(run, redactor);
  return redactor;
}
