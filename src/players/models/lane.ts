import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IPolicy,
  retry,
  wrap,
} from "cockatiel";
import { MaestroError } from "../../diagnostics/index.ts";

/** Tries of one call in all. */
const TRIES = 3;
const FIRST_WAIT_MS = 500;
/** A provider that asks for more is left to the node's own `retry`, which waits without holding anything. */
const LONGEST_WAIT_MS = 20_000;
/** So many calls in a row that failed, and it is not asked for a while. */
const BREAKS_AFTER = 10;
const BROKEN_MS = 15_000;

export interface Lane {
  /** For one call, with what is held for it. */
  readonly policy: IPolicy;
  /**
   * Around that, and around its place among the provider's: what was asked without anybody hearing an answer may be billed, so it
   * keeps what was held for it, and is another call when it is tried again.
   */
  readonly anew: IPolicy;
  /** Is the provider left alone at the moment? */
  isBroken(): boolean;
}

/**
 * The way to one provider: what may pass is tried again, honouring `Retry-After`; a provider that fails all the time
 * is left alone for a while.
 */
export function openLane(): Lane {
  const passing = handleWhen((error) => isTransient(error));
  const breaker = circuitBreaker(passing, {
    halfOpenAfter: BROKEN_MS,
    breaker: new ConsecutiveBreaker(BREAKS_AFTER),
  });
  const policy = wrap(
    retryWhen((error) => isTransient(error) && !isUnheard(error) && waitOf(error) <= LONGEST_WAIT_MS),
    breaker,
  );
  return { policy, anew: retryWhen(isUnheard), isBroken: () => breaker.state === CircuitState.Open };
}

function retryWhen(mayPass: (error: unknown) => boolean): IPolicy {
  return retry(
    handleWhen((error) => mayPass(error)),
    {
      maxAttempts: TRIES - 1,
      backoff: new DelegateBackoff(({ attempt, result }) => {
        const error = "error" in result ? result.error : undefined;
        // Full jitter, so that many that were refused at once do not come back at once.
        return Math.max(waitOf(error), Math.random() * FIRST_WAIT_MS * 2 ** (attempt - 1));
      }),
    },
  );
}

/** It was asked, and nobody knows what it made of that. */
export function isUnheard(error: unknown): boolean {
  return error instanceof MaestroError && (error.facts as { isUnheard?: unknown }).isUnheard === true;
}

function isTransient(error: unknown): boolean {
  return error instanceof MaestroError && (error.facts as { isTransient?: unknown }).isTransient === true;
}

/** What the provider asked for. */
function waitOf(error: unknown): number {
  const { retryAfterMs } = Object((error as { facts?: unknown } | undefined)?.facts) as {
    retryAfterMs?: unknown;
  };
  return typeof retryAfterMs === "number" ? retryAfterMs : 0;
}
