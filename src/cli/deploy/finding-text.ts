import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../../diagnostics/index.ts";
import { toPretty } from "../../diagnostics/print/pretty.ts";
import type { Io } from "../io.ts";

/** A finding for people, with the source it is about. */
export function findingText(io: Io, root: string): (found: Diagnostic) => string {
  const source = (file: string) => {
    try {
      return readFileSync(join(root, file), "utf8");
    } catch {
      return undefined;
    }
  };
  const columns = io.isTerminal ? io.size().columns : undefined;
  return (found) => toPretty(found, { source, color: io.hasColor, columns });
}
