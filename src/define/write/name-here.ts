import type { NodeRecord } from "../record.ts";
import { type At, invalid, type Writing } from "./writing.ts";

/** The node's name when it is listed in the scope that is being written; else a finding. */
export function nameHere(
  record: NodeRecord,
  what: string,
  reason: string,
  at: At,
  place: ReturnType<At>,
  writing: Writing,
): string | undefined {
  const found = writing.nameOf(record);
  if (!found) {
    writing.report({
      code: "MS2001",
      facts: { reader: at().reader, kind: record.kind, name: undefined },
      sites: place.sites,
      path: place.path,
      others: [{ sites: record.sites, label: "the node is built here" }],
    });
    return undefined;
  }
  if (found.up === 0) return found.name;
  invalid(what, `"${found.name}"`, reason, place, writing);
  return undefined;
}
