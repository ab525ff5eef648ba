import type { NodeRecord } from "../../define/record.ts";
import { toFile } from "./to-site.ts";

/** The nodes that modules built, by module. */
export interface UnusedNodes {
  /** Nodes built in `file`, or by a function it called, that are not in `reached`. */
  of(file: string, reached: ReadonlySet<NodeRecord>): NodeRecord[];
  /** Forgets what `files` have built: they are loaded anew. */
  forget(files: readonly string[]): void;
}

/**
 * @param built every node that is built in this process; those that were looked at are taken out. A module that another
 * one imported was built with that one, so nodes belong to files and not to the moment of loading.
 */
export function toUnused(root: string, built: NodeRecord[]): UnusedNodes {
  const byFile = new Map<string, NodeRecord[]>();
  const sortNew = () => {
    for (const record of built.splice(0)) {
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
    forget(files) {
      sortNew();
      const gone = new Set(files.flatMap((file) => byFile.get(file) ?? []));
      if (gone.size === 0) return;
      for (const [file, records] of byFile) {
        const left = records.filter((record) => !gone.has(record));
        if (left.length === 0) byFile.delete(file);
        else if (left.length < records.length) byFile.set(file, left);
      }
    },
  };
}
