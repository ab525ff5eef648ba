import type { Diagnostic } from "../../diagnostics/index.ts";

/** Those of `findings` that `others` has not. One that only moved to another line is the same. */
export function findingsWithout(
  findings: readonly Diagnostic[],
  others: readonly Diagnostic[],
): Diagnostic[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(identityOf(other), (left.get(identityOf(other)) ?? 0) + 1);
  return findings.filter((finding) => {
    const count = left.get(identityOf(finding)) ?? 0;
    left.set(identityOf(finding), count - 1);
    return count <= 0;
  });
}

function identityOf({ code, at, message, subject }: Diagnostic): string {
  return JSON.stringify([code, at?.file, message, subject]);
}
