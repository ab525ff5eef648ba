import type { AskedInside } from "./core/state.ts";
import type { Ending } from "./take-moves.ts";

/** What a person is asked before a run can go on, and by which run: by itself, or by one that it plays. */
export type Asked = Omit<AskedInside, "of">;

/** @param run the one that has come to rest so */
export function askedBy(run: string, ending: Extract<Ending, { is: "waiting" | "asking" }>): Asked[] {
  if (ending.is === "asking") return ending.steps.map((step) => ({ run, step, isInterrupted: true }));
  const { steps, inside = [] } = ending;
  const plays = new Set(inside.map(({ of }) => of));
  return [
    ...steps.filter((step) => !plays.has(step)).map((step) => ({ run, step })),
    ...inside.map(({ of: _, ...asked }) => asked),
  ];
}
