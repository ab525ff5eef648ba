import type { Caching } from "../../plan/index.ts";
import type { NodeRecord } from "../record.ts";
import { toExpr } from "../to-expr.ts";
import { type At, duration, invalid, shown, type Writing } from "./writing.ts";

/** `cache`, and whether keeping the result is safe at all. */
export function caching(
  { options, kind }: NodeRecord,
  at: At,
  writing: Writing,
  isRepeatable = true,
): { readonly cache?: Caching } {
  const { cache, retry } = options;
  if (cache === undefined) return {};
  if (typeof cache !== "object" || cache === null || Array.isArray(cache)) {
    invalid("cache", shown(cache), 'it says for how long: { ttl: "1h" }', at("cache"), writing);
    return {};
  }
  const { ttl, key } = cache as { readonly ttl?: unknown; readonly key?: unknown };
  const place = at("cache");
  const { reader } = place;
  if (retry === "never") writing.report({ code: "MS2115", facts: { node: reader }, ...placeOf(place) });
  else if (!isRepeatable)
    writing.report({ code: "MS2116", facts: { node: reader, kind }, ...placeOf(place) });
  return {
    cache: {
      ttlMs: duration(ttl, "cache.ttl", at("cache", "ttl"), writing),
      ...(key === undefined ? {} : { key: toExpr(key, at("cache", "key"), writing) }),
    },
  };
}

function placeOf({ sites, path }: ReturnType<At>) {
  return { sites, path };
}
