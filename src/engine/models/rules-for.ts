import { isAtLeast, type Production } from "../../plan/index.ts";
import type { Bar, ModelRules } from "../../players/models/routing/model-rules.ts";
import type { BadgeRow } from "../../store/model-store.ts";
import type { Performance } from "../performance.ts";

const DAY_MS = 86_400_000;

/**
 * What badges say of the models of a step; `undefined` when they say nothing. In production are the runs of orchestras; what
 * answers in place of models has nothing to show.
 */
export async function rulesFor(run: Performance): Promise<ModelRules | undefined> {
  const { production } = run.outside.models;
  if (!production || run.source || run.paying.orchestra === null) return undefined;
  const register = await run.shared.register();
  return { barOf: (model) => barOf(model, register.badgeOf(model), { production, now: run.clock.now() }) };
}

/** Why its badge does not do, and what would mend that. */
export function barOf(
  model: string,
  row: BadgeRow | undefined,
  { production: { minBadge, maxAgeMs }, now }: { readonly production: Production; readonly now: number },
): Bar | undefined {
  const mend = `maestro models test ${model}`;
  if (!row) return { why: `it was never tested, and production asks for ${minBadge}`, mend };
  const day = new Date(row.at).toISOString().slice(0, 10);
  if (!isAtLeast(row.badge, minBadge)) {
    const has = row.badge === "none" ? "got no badge" : `got ${row.badge}`;
    return { why: `it ${has} on ${day}, and production asks for ${minBadge}`, mend };
  }
  if (now - row.at <= maxAgeMs) return undefined;
  const days = Math.round((maxAgeMs / DAY_MS) * 10) / 10;
  return { why: `its badge is of ${day}, and counts for ${days} ${days === 1 ? "day" : "days"}`, mend };
}
