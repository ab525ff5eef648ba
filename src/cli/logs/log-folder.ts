import { join } from "node:path";

/** Where the orchestrator of a workspace keeps its log. */
export function logFolderOf(root: string): string {
  return join(root, ".maestro/logs");
}
