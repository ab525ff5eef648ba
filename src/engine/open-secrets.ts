const EDGE = "\u0000";

/**
 * What stands for a secret in a value until its step is performed. `mark` is made anew for every run in every process, so
 * that no text from outside can stand for one.
 */
export function toMark(mark: string, name: string): string {
  return `${EDGE}${mark}:${name}${EDGE}`;
}

/** `value` with the secrets in it opened. Copies what it changes. */
export function openSecrets(value: unknown, mark: string, open: (name: string) => string): unknown {
  const text = `${EDGE}${mark}:`;
  const opened = (inner: unknown): unknown => {
    if (typeof inner === "string") {
      if (!inner.includes(text)) return inner;
      return inner
        .split(text)
        .map((part, i) => {
          if (i === 0) return part;
          const end = part.indexOf(EDGE);
          return open(part.slice(0, end)) + part.slice(end + 1);
        })
        .join("");
    }
    if (Array.isArray(inner)) return inner.map(opened);
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, part]) => [key, opened(part)]));
  };
  return opened(value);
}
