/** What a request may cost. */
export interface HttpLimits {
  /** From looking the host up to the connection, its encryption included. */
  readonly connectMs: number;
  /** The longest silence afterwards; a node whose `timeout` is longer has that much. */
  readonly idleMs: number;
  /** The answer's status and headers. */
  readonly headBytes: number;
  /** The answer's body, as it is sent and as it is unpacked. */
  readonly bodyBytes: number;
  /** What is kept of the body of an answer that fails the attempt. */
  readonly errorBytes: number;
  readonly redirects: number;
}

const KIB = 1024;

export const HTTP_LIMITS: HttpLimits = {
  connectMs: 30_000,
  idleMs: 30_000,
  headBytes: 16 * KIB,
  bodyBytes: 10 * KIB * KIB,
  errorBytes: 2 * KIB,
  redirects: 5,
};
