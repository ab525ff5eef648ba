const DEEPEST = 64;
const MOST_KEYS = 10_000;
const REFUSED: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** There, not too deep, not too large, and with no key that means something to JavaScript. */
export function isSoundJson(value: unknown): boolean {
  if (value === undefined) return false;
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let keys = 0;
  for (const one of open) {
    if (typeof one.value !== "object" || one.value === null) continue;
    if (one.depth >= DEEPEST) return false;
    for (const [key, inner] of Object.entries(one.value)) {
      if (REFUSED.has(key) || ++keys > MOST_KEYS) return false;
      open.push({ value: inner, depth: one.depth + 1 });
    }
  }
  return true;
}
