import { type ArtifactNode, toHash } from "../plan/index.ts";
import { toCanonicalJson } from "../support/json.ts";
import type { Kept } from "./core/state.ts";

/** Of each artifact's own schema; a deployment has few, its runs keep many. */
const hashes = new WeakMap<ArtifactNode, string>();

/** What is kept of an artifact besides its value: how large it is, what it is, and what it was made of. */
export function provenanceOf({ plan, sources }: Kept, json: string): object {
  const inputs = Object.entries(sources).map(([name, value]) => [
    name,
    toHash(JSON.stringify(value) ?? "null"),
  ]);
  return {
    bytes: Buffer.byteLength(json),
    hash: toHash(json),
    ...(plan.output === undefined ? {} : { schema: schemaHash(plan) }),
    inputs: Object.fromEntries(inputs),
  };
}

function schemaHash(artifact: ArtifactNode): string {
  const known = hashes.get(artifact);
  if (known !== undefined) return known;
  const hash = toHash(toCanonicalJson(artifact.output));
  hashes.set(artifact, hash);
  return hash;
}
