import { MaestroError } from "./diagnostics/index.ts";
import { Engine, type Outside, type Playable } from "./engine/index.ts";
import { MIGRATIONS } from "./paths.ts";
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
  /** Stops what is being played, writes what is written, and lets another process own the store. */
  close(): Promise<void>;
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
  readonly playableOf: (row: RunRow, house: House) => Promise<Playable>;
  /** Does it play whatever can go on, or only what it was started for? */
  readonly isHost: boolean;
  /** It cannot be reached, and goes on all the same. */
  readonly onProblem: (problem: MaestroError) => void;
}

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
  const engine = new Engine(store, clock, outside);
  const house: House = {
    store,
    engine,
    clock,
    async close() {
      const server = await reached?.();
      server?.refuse();
      await engine.stop(new Error("the process is ending"));
      await server?.close();
      await outside?.mcp?.close();
      await store.close();
    },
  };
  const reached = reach && openReach(file, house, reach);
  return house;
}

/** Listens when there has been something to listen for; the returned function ends that, and gives what there is. */
function openReach(
  file: string,
  house: House,
  { playableOf, isHost, onProblem }: Reach,
): () => Promise<ControlServer | undefined> {
  let serving: Promise<ControlServer | undefined> | undefined;
  const { engine, store, clock } = house;
  const owned: Owned = { engine, store, clock, isHost, playableOf: (row) => playableOf(row, house) };
  const timer = setTimeout(() => {
    serving = import("./services/serve-control.ts")
      .then(({ serveControl }) => serveControl(file, owned))
      .catch((error: unknown) => {
        if (!(error instanceof MaestroError)) throw error;
        onProblem(error);
        return undefined;
      });
    // What it threw is told when the house is closed.
    serving.catch(() => {});
  }, REACHED_AFTER_MS).unref();
  return async () => {
    clearTimeout(timer);
    return serving;
  };
}
