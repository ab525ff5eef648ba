import { v7 } from "uuid";

/**
 * A new id such as `run_0199f2…`: the prefix, then a UUID v7 without dashes, so that ids sort by the time they were made.
 * @param prefix what kind of thing it names: `run`, `ev`
 */
export function newId(prefix: string): string {
  return `${prefix}_${v7().replaceAll("-", "")}`;
}
