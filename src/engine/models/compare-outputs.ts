/** How two values agree, field by field: those that hold no others, by their paths. */
export interface Agreement {
  readonly equal: number;
  /** Fields of either. */
  readonly fields: number;
  /** The first paths that differ, as in source: `leads[3].mail`. */
  readonly differing: readonly string[];
}

const MOST_SHOWN = 20;

/** Compares what a run was given with what its shadow made. Values are JSON. */
export function compareOutputs(present: unknown, shadow: unknown): Agreement {
  const [ours, theirs] = [fieldsOf(present), fieldsOf(shadow)];
  const paths = new Set([...ours.keys(), ...theirs.keys()]);
  const differing = [...paths].filter((path) => !ours.has(path) || ours.get(path) !== theirs.get(path));
  return {
    equal: paths.size - differing.length,
    fields: paths.size,
    differing: differing.slice(0, MOST_SHOWN),
  };
}

/** What holds no other value, by its path, as JSON; what is empty is a field as well. */
function fieldsOf(value: unknown): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const open: [path: string, value: unknown][] = [["", value]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [path, at] = next;
    const inner =
      typeof at === "object" && at !== null
        ? Object.entries(at).map(([key, one]): [string, unknown] => [
            Array.isArray(at) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`,
            one,
          ])
        : [];
    if (inner.length > 0) open.push(...inner);
    else fields.set(path, JSON.stringify(at) ?? "undefined");
  }
  return fields;
}
