import type { RunEvent } from "../../engine/index.ts";

/** Shows a run while it is played. */
export interface Reporter {
  hear(event: RunEvent): void;
  /** What author code printed. It never mixes with what is read by programs. */
  print(text: string): void;
  /** Nothing more is to come; what was drawn is left standing. */
  end(): void;
}
