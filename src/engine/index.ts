export type { StepCost } from "./ask-model.ts";
export { Engine, type Play, toPlayable } from "./engine.ts";
export { eventsOf } from "./events-of.ts";
export type { Who } from "./halt.ts";
export { notPlayedIn } from "./not-played.ts";
export type { Outside } from "./outside.ts";
export type { Playable } from "./performance.ts";
export type { RunEvent } from "./run-event.ts";
export type { Ending } from "./take-moves.ts";
