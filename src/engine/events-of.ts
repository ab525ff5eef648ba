import type { Play } from "./engine.ts";
import type { RunEvent } from "./run-event.ts";

/** What happens, as an iterable that ends with the run. Events that are not read yet are kept, until it is broken off. */
export function eventsOf(play: Pick<Play, "subscribe" | "ending">): AsyncIterable<RunEvent> {
  const waiting: RunEvent[] = [];
  let wakers: (() => void)[] = [];
  let isOver = false;
  const ring = () => {
    const woken = wakers;
    wakers = [];
    for (const wake of woken) wake();
  };
  const unsubscribe = play.subscribe((event) => {
    waiting.push(event);
    ring();
  });
  const end = () => {
    isOver = true;
    unsubscribe();
    ring();
  };
  play.ending.then(end, end);
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const event = waiting.shift();
          if (event) yield event;
          else if (isOver) return;
          else await new Promise<void>((resolve) => wakers.push(resolve));
        }
      } finally {
        unsubscribe();
        waiting.length = 0;
      }
    },
  };
}
