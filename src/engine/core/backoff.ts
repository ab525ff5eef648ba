import type { Retry } from "../../plan/index.ts";

/**
 * How long to wait after the `failures`-th failure of a step: the base doubled per failure, with full jitter.
 *
 * Range 0 … `maxBackoffMs`, whole milliseconds. The same step and failure give the same wait, so that a run that is
 * taken over waits no longer than it would have.
 * @param step the run's id and the step's key: what the jitter is drawn from
 * @param failures from 1
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ (full jitter)
 */
export function backoffMs(retry: Retry, step: string, failures: number): number {
  const longest = Math.min(retry.maxBackoffMs, retry.backoffMs * 2 ** (failures - 1));
  return retry.jitter ? Math.floor(fraction(`${step}#${failures}`) * (longest + 1)) : longest;
}

/** A number from 0 to below 1 that depends on every character of `text` (FNV-1a, then a finalising mix). */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
