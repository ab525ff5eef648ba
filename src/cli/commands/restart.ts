import type { ExitCode, Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { run as start } from "./start.ts";
import { stopOrchestrator } from "./stop.ts";

/** `maestro restart`: ends the orchestrator that is up, if one is, and is the next one. */
export async function run(
  io: Io,
  args: string[],
  { now = false, json = false }: { readonly now?: boolean; readonly json?: boolean },
): Promise<ExitCode> {
  await stopOrchestrator(await loadSettings(io), now);
  return start(io, args, { json });
}
