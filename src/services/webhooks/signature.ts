import { createHmac, timingSafeEqual } from "node:crypto";

/** What is signed of a call, as Standard Webhooks has it. */
export interface Signed {
  /** What the sender calls it. */
  readonly id: string;
  /** When it was sent, Unix seconds, as it was written. */
  readonly timestamp: string;
  readonly body: Uint8Array;
}

const PREFIX = "whsec_";
const LEAST_BYTES = 24;
const MOST_BYTES = 1_024;
const VERSION = "v1,";

/** The bytes of a key, `whsec_` and base64; or in words why it is none. The value is in no message. */
export function toKey(secret: string): { readonly key: Buffer } | { readonly problem: string } {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return { problem: `it is not "${PREFIX}" and base64` };
  const key = Buffer.from(text, "base64");
  if (key.length < LEAST_BYTES || key.length > MOST_BYTES)
    return { problem: `it has ${key.length} bytes: it has to have ${LEAST_BYTES} to ${MOST_BYTES}` };
  return { key };
}

/**
 * The signature of a call: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function sign({ id, timestamp, body }: Signed, key: Uint8Array): string {
  const hmac = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body);
  return VERSION + hmac.digest("base64");
}

/**
 * Is one of `signatures`, separated by spaces, made with the key? Compared in a time that says nothing of where they
 * differ; those of other versions are passed over.
 */
export function isSignedWith(key: Uint8Array, signed: Signed, signatures: string): boolean {
  const expected = Buffer.from(sign(signed, key));
  let isFound = false;
  for (const signature of signatures.split(" ")) {
    const given = Buffer.from(signature);
    // Of each the same: how many there are is no secret.
    if (given.length === expected.length && timingSafeEqual(given, expected)) isFound = true;
  }
  return isFound;
}
