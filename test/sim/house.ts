import { Engine } from "../../src/engine/index.ts";
import { Performance } from "../../src/engine/performance.ts";
import type { Disk } from "./disk.ts";
import { MemoryStore } from "./memory-store.ts";
import type { Life, World } from "./world.ts";

/** A process that plays: the real engine, with its clock, its disk and its time from `world`. */
export interface SimHouse {
  readonly life: Life;
  readonly engine: Engine;
  readonly store: MemoryStore;
  readonly now: () => number;
}

export function openSimHouse(world: World, disk: Disk): SimHouse {
  const life = world.begin();
  const store = new MemoryStore(disk, world.device(life));
  const engine = new Engine(store, world.clock(life));
  return { life, engine, store, now: () => world.now() };
}

const AT_REST = "at rest";
let told: ((performance: Performance) => void) | undefined;

/** Calls `listener` with every run's state at its end, while `act` goes on. */
export async function watchEnds<T>(
  listener: (performance: Performance) => void,
  act: () => Promise<T>,
): Promise<T> {
  if (!(AT_REST in Performance.prototype)) {
    const { rest } = Performance.prototype;
    Object.defineProperty(Performance.prototype, AT_REST, { value: true });
    Performance.prototype.rest = function (this: Performance) {
      rest.call(this);
      told?.(this);
    };
  }
  told = listener;
  try {
    return await act();
  } finally {
    told = undefined;
  }
}
