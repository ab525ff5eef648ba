import type { Store } from "../store/store.ts";

/** What the engine writes; the store, seen through its narrowest window. */
export type Journal = Pick<
  Store,
  | "createRun"
  | "changeRun"
  | "changeRuns"
  | "endRun"
  | "endRuns"
  | "recordStep"
  | "noteStep"
  | "appendEvent"
  | "recordModelCall"
  | "keepRecording"
  | "recordModelScore"
  | "modelHistory"
  | "recordTurn"
  | "turnsOf"
  | "settled"
  | "learnings"
  | "models"
  | "cached"
  | "sweepCached"
>;
