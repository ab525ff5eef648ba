import { TooSlow } from "./too-slow.ts";

/** What `promise` brings, unless the signal or the time comes first; looking up a name cannot be broken off. */
export function inTime<T>(
  promise: Promise<T>,
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    const timer = setTimeout(() => reject(new TooSlow("connection", limitMs)), limitMs);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    });
    if (signal.aborted) abort();
  });
}
