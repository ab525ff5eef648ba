/**
 * Refuses capacities that are none.
 * @throws TypeError
 */
export function checkCounts(what: string, counts: Readonly<Record<string, number>> = {}): void {
  for (const [name, count] of Object.entries(counts))
    if (!Number.isInteger(count) || count < 1)
      throw new TypeError(`${what}.${name} is ${String(count)}; it has to be a whole number from 1`);
}
