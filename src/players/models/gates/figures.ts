/** What the five gates have seen of a model. */
export interface GateFigures {
  readonly reachable: {
    readonly answered: boolean;
    /** Requests until it did, those that were tried again included. */
    readonly tries: number;
    readonly ms: number | null;
    /** What went wrong last, in words. */
    readonly problem?: string;
  };
  /** Absent, as the others, when it was not reached. */
  readonly structured?: {
    readonly asked: number;
    /** Answers that fitted at once. */
    readonly atOnce: number;
    /** Those that fitted after it was told what is wrong. */
    readonly mended: number;
    readonly problem?: string;
  };
  readonly tools?: {
    readonly asked: number;
    /** It called the tool with arguments that fit, and answered with what that gave. */
    readonly passed: number;
    readonly problem?: string;
  };
  readonly load?: {
    readonly asked: number;
    readonly concurrency: number;
    readonly answered: number;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
    /** Answers in a minute, at that many at once. */
    readonly perMinute: number;
    /** Requests that were refused as too many: HTTP 429. */
    readonly refused: number;
    readonly problem?: string;
  };
  readonly usage?: {
    readonly answers: number;
    /** Answers of which the provider said how many tokens they took. */
    readonly reported: number;
    readonly isPriced: boolean;
    /** Of all calls of the test; `null` when nobody has said what the model costs. */
    readonly microUsd: number | null;
    readonly inputTokens: number;
    readonly outputTokens: number;
  };
}

export const GATES = ["reachable", "structured", "tools", "load", "usage"] as const;
export type Gate = (typeof GATES)[number];
