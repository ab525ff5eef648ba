import { setTimeout as sleep } from "node:timers/promises";
import { MaestroError } from "../../diagnostics/index.ts";
import { askOwner } from "../../services/ask-owner.ts";
import { isStoreOwned, ownerOf } from "../../store/owner-lock.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadLastSettings } from "../load-last-settings.ts";
import type { Settings } from "../load-workspace.ts";
import { DRAIN_MS } from "../orchestrator/orchestrate.ts";
import { writeLine } from "../write-line.ts";

const POLL_MS = 50;
/** Beyond what steps have: for what is written and closed at the end. */
const MARGIN_MS = 10_000;

/** `maestro stop`: ends the orchestrator when what is under way has ended, or at once. */
export async function run(
  io: Io,
  _args: string[],
  { now = false }: { readonly now?: boolean },
): Promise<ExitCode> {
  const settings = await loadLastSettings(io);
  const { command } = ownerOf(settings.file);
  const pid = await stopOrchestrator(settings, now);
  if (pid === undefined) throw new MaestroError("MR2071", { file: settings.file });
  const what = command === "maestro dev" ? command : "the orchestrator";
  writeLine(io, `${what} (process ${pid}) has ended`);
  return EXIT.ok;
}

/**
 * Ends the orchestrator and waits until it is gone; undefined when there is none, else the id of its process.
 * @throws MaestroError MR2074 when it does not end
 */
export async function stopOrchestrator(settings: Settings, isNow: boolean): Promise<number | undefined> {
  const { file, orchestrator } = settings;
  const status = (await askOwner(file, { op: "status" }))?.result;
  if (!status) return undefined;
  const told = await askOwner(file, { op: "stop", isNow });
  if (told && !told.result.isHost) return undefined;
  const patienceMs = MARGIN_MS + (isNow ? 0 : (orchestrator.drainMs ?? DRAIN_MS));
  for (let waitedMs = 0; await isStoreOwned(file); waitedMs += POLL_MS) {
    if (waitedMs > patienceMs) throw new MaestroError("MR2074", { seconds: Math.round(patienceMs / 1_000) });
    await sleep(POLL_MS);
  }
  return status.pid;
}
