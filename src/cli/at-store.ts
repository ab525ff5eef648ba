import { setTimeout as sleep } from "node:timers/promises";
import { MaestroError } from "../diagnostics/index.ts";
import { type House, openHouse, type Reach } from "../house.ts";
import type { ControlRequest } from "../services/control-request.ts";
import type { ControlResults, Owned } from "../services/perform-request.ts";
import { sayWaiting } from "./commands/say-waiting.ts";
import type { Io } from "./io.ts";
import type { Settings } from "./load-workspace.ts";
import { outsideOf } from "./outside-of.ts";
import { playableOf } from "./playable-of.ts";
import { printWarning } from "./print-error.ts";

/** Asks the owner of the store; undefined when it is gone. */
export type Ask = <R extends ControlRequest>(
  request: R,
) => Promise<{ readonly result: ControlResults[R["op"]] } | undefined>;

/** Who owns the store, as far as it has said so. */
export interface Owner {
  readonly pid?: number;
  readonly command?: string;
}

export interface AtStore<T> {
  /** What this process does, for people who wait for it. */
  readonly command: string;
  /** Does it through the process that owns the store. Undefined when that cannot be: this one waits for the store then. */
  readonly there: (ask: Ask, owner: Owner) => Promise<T | undefined>;
  /** Does it as the store's owner. */
  readonly here: (house: House) => Promise<T>;
  /** After how long it says that it waits. Default: when most owners that nobody can reach are gone, or can be reached. */
  readonly silentMs?: number;
  /** Lets other commands reach this one. Default: what it plays, and nothing else. */
  readonly reach?: Reach;
}

const POLL_MS = 50;
const SILENT_MS = 500;

/** Does something at the store, whoever owns it: people notice no difference. */
export async function atStore<T>(
  io: Io,
  settings: Settings,
  { command, there, here, silentMs = SILENT_MS, reach = reachOf(io, settings) }: AtStore<T>,
): Promise<T> {
  const say = sayWaiting(io, settings.file);
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const opened = await tryHouse(io, settings, { command, reach });
    if ("house" in opened) {
      try {
        return await here(opened.house);
      } finally {
        await opened.house.close();
      }
    }
    const { askOwner } = await import("../services/ask-owner.ts");
    const done = await there((request) => askOwner(settings.file, request), opened.owner);
    if (done !== undefined) return done;
    if (waitedMs === silentMs) say(opened.owner);
    await sleep(POLL_MS);
  }
}

async function tryHouse(
  io: Io,
  settings: Settings,
  { command, reach }: { readonly command: string; readonly reach: Reach },
): Promise<{ readonly house: House } | { readonly owner: Owner }> {
  try {
    const outside = outsideOf(io, settings);
    return { house: await openHouse({ ...settings, command, outside, reach }) };
  } catch (error) {
    if (error instanceof MaestroError && error.code === "MR1007")
      return { owner: (error as MaestroError<"MR1007">).facts };
    throw error;
  }
}

/** Asks for one thing, and gives what came of it. */
export async function askStore<R extends ControlRequest>(
  io: Io,
  settings: Settings,
  { command, request }: { readonly command: string; readonly request: R },
): Promise<ControlResults[R["op"]]> {
  const { result } = await atStore(io, settings, {
    command,
    there: (ask) => ask(request),
    here: async (house) => {
      const { performRequest } = await import("../services/perform-request.ts");
      return { result: await performRequest(ownedBy(house, settings), request) };
    },
  });
  return result;
}

/** The store as a command owns it, which plays what it was started for and nothing else. */
export function ownedBy(house: House, { root }: Settings): Owned {
  return { ...house, isHost: false, playableOf: (row) => playableOf(row, house, root) };
}

/** Lets other commands reach what this one plays. */
export function reachOf(io: Io, { root }: Settings): Reach {
  return {
    isHost: false,
    playableOf: (row, house) => playableOf(row, house, root),
    onProblem: (problem) => printWarning(problem, io),
  };
}
