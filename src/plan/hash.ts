import { createHash } from "node:crypto";
import { toCanonicalJson } from "../support/json.ts";
import { sha256 } from "../support/sha256.ts";
import type { Plan } from "./plan.ts";

/** Bytes for which it is not worth while to load Node's crypto. */
const SHORT = 1_024;

/** SHA-256 of `content`, as 64 hexadecimal digits. */
export function toHash(content: string | Uint8Array): string {
  if (content.length <= SHORT) return sha256(typeof content === "string" ? Buffer.from(content) : content);
  return createHash("sha256").update(content).digest("hex");
}

/**
 * The content hash that names a deployment: it moves when the plan or its code does.
 * @param code the score's code with comments and formatting taken out, or a hash of it
 */
export function toDeploymentHash(plan: Plan, code: string): string {
  return toHash(`${toCanonicalJson(plan)}\n${code}`);
}
