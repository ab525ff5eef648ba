import type { ExitCode, Io } from "../io.ts";
import { loadSettings } from "../load-workspace.ts";
import { preflight, stayUp } from "./start.ts";
import { stopOrchestrator } from "./stop.ts";

/** `maestro restart`: ends the orchestrator that is up, if one is, and is the next one. */
export async function run(
  io: Io,
  _args: string[],
  { now = false, json = false }: { readonly now?: boolean; readonly json?: boolean },
): Promise<ExitCode> {
  const settings = await loadSettings(io);
  // The one that is up is ended only for one that can take its place.
  await preflight(io);
  await stopOrchestrator(settings, now);
  return stayUp({ ...io, home: settings.root }, settings, { json });
}
