import type { RunEvent } from "../../engine/index.ts";
import type { LiveRun } from "../../tui/source.ts";

/** What is kept of what a model says: the end of it. */
const MOST_TEXT = 4_000;
const MOST_RUNS = 100;
/** Those of a map with thousands of items are not looked at one by one. */
const MOST_STEPS = 200;

interface Noted {
  readonly texts: Map<string, { text: string; characters: number }>;
  readonly progress: Map<string, { readonly done: number; readonly total: number }>;
  readonly sizes: Map<string, number>;
}

/** What is heard of runs while they are played and stands in no store: what models say as they say it, and progress. */
export class LiveNotes {
  readonly #runs = new Map<string, Noted>();

  hear(event: RunEvent): void {
    switch (event.type) {
      case "text": {
        const { texts } = this.#of(event.run);
        const { text, characters } = texts.get(event.step) ?? { text: "", characters: 0 };
        texts.delete(event.step);
        texts.set(event.step, {
          text: (text + event.text).slice(-MOST_TEXT),
          characters: characters + event.text.length,
        });
        return dropOldest(texts, MOST_STEPS);
      }
      case "progress": {
        const { progress } = this.#of(event.run);
        progress.set(event.step, { done: event.done, total: event.total });
        return dropOldest(progress, MOST_STEPS);
      }
      case "map.started":
        this.#of(event.run).sizes.set(event.step, event.items);
        return;
      case "step.completed":
      case "step.failed": {
        const known = this.#runs.get(event.run);
        known?.texts.delete(event.step);
        known?.progress.delete(event.step);
        return;
      }
      case "run.completed":
      case "run.failed":
      case "run.cancelled":
        this.#runs.delete(event.run);
        return;
      default:
        return;
    }
  }

  of(run: string): LiveRun | undefined {
    const noted = this.#runs.get(run);
    return (
      noted && {
        texts: Object.fromEntries(noted.texts),
        progress: Object.fromEntries(noted.progress),
        sizes: Object.fromEntries(noted.sizes),
      }
    );
  }

  #of(run: string): Noted {
    const noted = this.#runs.get(run) ?? { texts: new Map(), progress: new Map(), sizes: new Map() };
    this.#runs.set(run, noted);
    dropOldest(this.#runs, MOST_RUNS);
    return noted;
  }
}

function dropOldest<T>(map: Map<string, T>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
