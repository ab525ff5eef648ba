import { createHash } from "node:crypto";
import { toCanonicalJson } from "../support/json.ts";
import type { Plan } from "./plan.ts";

/** SHA-256 of `content`, as 64 hexadecimal digits. */
export function toHash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * The content hash that names a deployment: it moves when the plan or its code does.
 * @param code the score's code with comments and formatting taken out, or a hash of it
 */
export function toDeploymentHash(plan: Plan, code: string): string {
  return toHash(`${toCanonicalJson(plan)}\n${code}`);
}
