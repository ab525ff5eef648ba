/** Providers take no longer names. */
const LONGEST = 64;

/** `docs__search` for `docs/search`: models' providers take letters, digits, - and _. */
export function toolName(name: string): string {
  return name
    .replace("/", "__")
    .replaceAll(/[^\w-]/g, "_")
    .slice(0, LONGEST);
}
