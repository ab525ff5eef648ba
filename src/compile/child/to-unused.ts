import type { NodeRecord } from "../../define/record.ts";
import { toFile } from "./to-site.ts";

/** The nodes that modules built, by module. */
export interface UnusedNodes {
  /** Nodes built in `file`, or by a function it called, that are not in `reached`. */
  of(file: string, reached: ReadonlySet<NodeRecord>): NodeRecord[];
}

/**
 * @param built every node ever built in this process; it grows. A module that another one imported was built with that
 * one, so nodes belong to files and not to the moment of loading.
 */
export function toUnused(root: string, built: readonly NodeRecord[]): UnusedNodes {
  const byFile = new Map<string, NodeRecord[]>();
  let sorted = 0;
  const sortNew = () => {
    for (; sorted < built.length; sorted++) {
      const record = built[sorted]!;
      const files = new Set(record.sites.map((site) => toFile(site.file, root)));
      for (const file of files) {
        if (file === undefined) continue;
        const own = byFile.get(file);
        if (own) own.push(record);
        else byFile.set(file, [record]);
      }
    }
  };
  return {
    of(file, reached) {
      sortNew();
      return (byFile.get(file) ?? []).filter((record) => !reached.has(record));
    },
  };
}
