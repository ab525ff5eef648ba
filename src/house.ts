import { MaestroError } from "./diagnostics/index.ts";
import { Engine, type Outside, type Playable } from "./engine/index.ts";
import { MIGRATIONS } from "./paths.ts";
import type { Host } from "./services/orchestrator/host.ts";
import type { Owned } from "./services/perform-request.ts";
import type { ControlServer } from "./services/serve-control.ts";
import { openStore } from "./store/open-store.ts";
import type { RunRow, Store } from "./store/store.ts";
import { type Clock, systemClock } from "./support/clock.ts";

/** The store and what plays over it, opened together and closed together. */
export interface House {
  readonly store: Store;
  readonly engine: Engine;
  readonly clock: Clock;
  /**
   * Stops what is being played, writes what is written, and lets another process own the store.
   * @param graceMs how long what is under way has to end
   */
  close(graceMs?: number): Promise<void>;
}

export interface HouseOptions {
  /** Absolute path of the store. */
  readonly file: string;
  readonly durability: "power" | "process";
  /** What owns the store, for people who wait for it. */
  readonly command?: string;
  /** What steps reach beyond their run. Default: nothing. */
  readonly outside?: Outside;
  /** Wait while another process owns the store, and call this once. Without it, that is an error. */
  readonly onWaiting?: (owner: { readonly pid?: number; readonly command?: string }) => void;
  /** Lets other processes reach what is being played. Default: nobody can. */
  readonly reach?: Reach;
}

/** How an owner does what others ask of it. */
export interface Reach {
  /** The code that a run began with. */
  readonly playableOf: (row: Pick<RunRow, "id" | "score" | "deployment">, house: House) => Promise<Playable>;
  /** Does it play whatever can go on, or only what it was started for? */
  readonly isHost: boolean;
  /** What it does beyond that; then it can be reached from the start, or is not opened. */
  readonly host?: (house: House) => Host;
  /** It cannot be reached, and goes on all the same. */
  readonly onProblem: (problem: MaestroError) => void;
}

/** How long what is played beside runs may take when nothing else is left to do. */
const BESIDE_MS = 5_000;
/** Most runs are over before anybody could ask for something. */
const REACHED_AFTER_MS = 100;

/** Opens a store and an engine over it: the one place where the rooms are put together. */
export async function openHouse({
  file,
  durability,
  command,
  outside,
  onWaiting,
  reach,
}: HouseOptions): Promise<House> {
  const clock = systemClock;
  const store = await openStore({
    file,
    durability,
    migrations: MIGRATIONS,
    ...(command === undefined ? {} : { command }),
    ...(onWaiting === undefined ? {} : { wait: true, onWaiting }),
  });
  // What a run needs of another deployment than its own is loaded as that one's runs are.
  const load =
    reach && ((deployment: string) => reach.playableOf({ id: deployment, score: "", deployment }, house));
  const engine = new Engine(store, clock, outside, load);
  let closing: Promise<void> | undefined;
  const house: House = {
    store,
    engine,
    clock,
    close(graceMs) {
      closing ??= close(graceMs);
      return closing;
    },
  };
  const close = async (graceMs: number | undefined) => {
    const server = await reached?.();
    server?.refuse();
    await engine.stop(new Error("the process is ending"), graceMs);
    await engine.shared.beside.end(Math.min(graceMs ?? BESIDE_MS, BESIDE_MS));
    await server?.close();
    await outside?.mcp?.close();
    await outside?.witness?.close();
    await store.close();
  };
  const reached = reach && openReach(file, house, reach);
  if (reach?.host) await openNow(house, reached!);
  return house;
}

/** What lives on by itself and cannot be reached could not even be ended well. */
async function openNow(house: House, reached: () => Promise<ControlServer | undefined>): Promise<void> {
  try {
    await reached();
  } catch (error) {
    await house.store.close();
    throw error;
  }
}

/**
 * Listens when there has been something to listen for, or at once for a host; the returned function ends the waiting, and
 * gives what there is.
 */
function openReach(
  file: string,
  house: House,
  { playableOf, isHost, host, onProblem }: Reach,
): () => Promise<ControlServer | undefined> {
  let serving: Promise<ControlServer | undefined> | undefined;
  const { engine, store, clock } = house;
  const owned: Owned = {
    engine,
    store,
    clock,
    isHost,
    host: host?.(house),
    playableOf: (row) => playableOf(row, house),
  };
  const serve = () => {
    serving = import("./services/serve-control.ts")
      .then(({ serveControl }) => serveControl(file, owned))
      .catch((error: unknown) => {
        if (host || !(error instanceof MaestroError)) throw error;
        onProblem(error);
        return undefined;
      });
    // What it threw is told when the house is closed.
    serving.catch(() => {});
  };
  if (host) serve();
  const timer = host ? undefined : setTimeout(serve, REACHED_AFTER_MS).unref();
  return async () => {
    clearTimeout(timer);
    return serving;
  };
}
