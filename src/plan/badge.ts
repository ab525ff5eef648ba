/** What a model has shown that it can do, the least first. */
const BADGES = ["none", "bronze", "silver", "gold"] as const;
export type Badge = (typeof BADGES)[number];

/** What models have to have shown before runs of orchestras ask them. */
export interface Production {
  readonly minBadge: Exclude<Badge, "none">;
  /** A badge that is older counts as none. */
  readonly maxAgeMs: number;
}

/** How long a badge counts where the configuration does not say. */
export const BADGE_AGE_MS = 30 * 86_400_000;

export function isBadge(value: unknown): value is Badge {
  return (BADGES as readonly unknown[]).includes(value);
}

export function isAtLeast(badge: Badge, least: Badge): boolean {
  return BADGES.indexOf(badge) >= BADGES.indexOf(least);
}

/** The least of them. */
export function leastOf(badges: readonly Badge[]): Badge {
  return BADGES[Math.min(...badges.map((badge) => BADGES.indexOf(badge)))] ?? "none";
}
