import type { Ref } from "./ref.ts";

declare const VERIFICATION: unique symbol;

/** Something that has to be so when a task with an output of type `O` says it is done. */
export interface Verification<in O> {
  readonly [VERIFICATION]: (output: O) => void;
}

/** What a check of a claim is given. */
export interface Claim<O> {
  readonly input: unknown;
  readonly output: O;
  readonly signal: AbortSignal;
}

/** What `fileExists`, `urlAnswers` and `holds` were given. */
export type VerificationRecord =
  | { readonly is: "file" | "url"; readonly at: unknown }
  | { readonly is: "check"; readonly check: unknown };

/** The mark by which verifications are known; shared between copies of this package. */
const MARK = Symbol.for("maestro.verification");

/**
 * There is a file of this path, from the workspace's folder, and it is not empty.
 * @example
 * verify: (output) => fileExists(output.path)
 */
export function fileExists(path: string | Ref<string>): Verification<unknown> {
  return toVerification({ is: "file", at: path });
}

/**
 * `GET` of this address is answered with a status from 200 to 299. The same hosts are allowed as for `http`.
 * @example
 * verify: (output) => urlAnswers(output.link)
 */
export function urlAnswers(url: string | Ref<string>): Verification<unknown> {
  return toVerification({ is: "url", at: url });
}

/**
 * The function gives `true`; whatever text it gives instead is why not.
 * @example
 * verify: (_) => holds(({ output }) => output.rows > 0 || "it has written no rows")
 */
export function holds<O>(
  check: (claim: Claim<O>) => boolean | string | Promise<boolean | string>,
): Verification<O> {
  return toVerification({ is: "check", check });
}

/** What `value` was made of, or `undefined` when it is no verification. */
export function verificationRecord(value: unknown): VerificationRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as { [MARK]?: VerificationRecord })[MARK];
}

function toVerification<O>(record: VerificationRecord): Verification<O> {
  return Object.freeze({ [MARK]: record }) as unknown as Verification<O>;
}
