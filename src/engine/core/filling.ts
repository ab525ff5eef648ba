import { Queue } from "./queue.ts";
import type { MapState } from "./scope.ts";

/**
 * Maps that have items left to begin, those deepest inside others first, and of one depth in turn. What has been begun is
 * brought to its end before more is begun: as many bodies are open as there is room for steps, however many maps stand
 * in one another.
 */
export class Filling {
  readonly #byDepth: Queue<MapState>[] = [];
  size = 0;

  /** A map waits in here once. */
  push(map: MapState): void {
    if (map.isFilling) return;
    map.isFilling = true;
    for (let depth = this.#byDepth.length; depth <= map.depth; depth++) this.#byDepth.push(new Queue());
    this.#byDepth[map.depth]!.push(map);
    this.size++;
  }

  shift(): MapState | undefined {
    if (this.size === 0) return undefined;
    for (let depth = this.#byDepth.length - 1; depth >= 0; depth--) {
      const map = this.#byDepth[depth]!.shift();
      if (!map) continue;
      map.isFilling = false;
      this.size--;
      return map;
    }
    return undefined;
  }

  clear(): void {
    for (let map = this.shift(); map; map = this.shift());
  }
}
