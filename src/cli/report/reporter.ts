import type { RunEvent } from "../../engine/index.ts";

/** Shows a run while it is played. */
export interface Reporter {
  hear(event: RunEvent): void;
  /** Nothing more is to come; what was drawn is left standing. */
  end(): void;
}
