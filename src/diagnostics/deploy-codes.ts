import type { Code } from "./catalogue.ts";

const DEPLOYED: ReadonlySet<string> = new Set<Code>(["MS4012", "MS4014"]);

/** Is it only found when what the files say is held against what is deployed, and against runs that have not ended? */
export function isDeployCode(code: string): boolean {
  return code.startsWith("MS50") || DEPLOYED.has(code);
}
