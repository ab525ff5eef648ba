import { Engine, type Outside } from "./engine/index.ts";
import { MIGRATIONS } from "./paths.ts";
import { openStore } from "./store/open-store.ts";
import type { Store } from "./store/store.ts";
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
}

/** Opens a store and an engine over it: the one place where the rooms are put together. */
export async function openHouse({
  file,
  durability,
  command,
  outside,
  onWaiting,
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
  return {
    store,
    engine,
    clock,
    async close() {
      await engine.stop(new Error("the process is ending"));
      await store.close();
    },
  };
}
