import { MaestroError } from "../diagnostics/index.ts";
import type { Ask, Owner } from "./at-store.ts";

/**
 * For what only the store's owner can do: an orchestrator owns it for as long as it is up, and nobody waits for that.
 * Undefined when somebody else owns it, who ends soon.
 * @param what at the beginning of a sentence: `Playing step by step`
 * @throws MaestroError MR2072
 */
export async function refuseWithOrchestrator(what: string, ask: Ask, { pid }: Owner): Promise<undefined> {
  const status = await ask({ op: "status" });
  if (!status?.result) return undefined;
  throw new MaestroError("MR2072", { what, ...(pid === undefined ? {} : { pid }) });
}
