/** `completed with 2 gaps`. */
export function withGaps(gaps: readonly unknown[]): string {
  return `completed with ${gaps.length} ${gaps.length === 1 ? "gap" : "gaps"}`;
}
