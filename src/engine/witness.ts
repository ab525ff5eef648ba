import type { ModelCallRow } from "../store/store.ts";
import type { RunEvent } from "./run-event.ts";

/** Somebody who is told everything of every run, from its beginning, and changes nothing of it. Never throws. */
export interface Witness {
  hear(event: RunEvent): void;
  /** Each call of a model, however it ended. */
  hearCall(call: ModelCallRow): void;
  /** Nothing more is to come. */
  close(): Promise<void>;
}
