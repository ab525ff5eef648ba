import { toHash } from "../plan/hash.ts";
import { type Json, toCanonicalJson } from "../support/json.ts";
import { ABSENT } from "./core/evaluate.ts";
import type { Step } from "./core/state.ts";
import { openSecrets } from "./open-secrets.ts";
import type { Performance } from "./performance.ts";

/**
 * Under what a step's result is kept: a hash of the deployment (the whole score and its code), the node, and what it was
 * given, or its `key`. Of a secret only the name counts: no value of one gets into anything stored, not even hashed.
 * `undefined` when what the key reads is not there: then nothing is kept.
 */
export function cacheKeyOf(
  { playable, state }: Performance,
  { node, input, scope }: Step,
): string | undefined {
  const given = node.cacheKey ? node.cacheKey(scope) : input;
  if (given === ABSENT) return undefined;
  const secrets: string[] = [];
  // What stands for a secret is another text in every process.
  const value = openSecrets(given, state.mark, (name) => {
    secrets.push(name);
    return name;
  });
  const { hash, plan } = playable;
  return toHash(toCanonicalJson([hash, plan.score, node.path, (value ?? null) as Json, secrets]));
}
