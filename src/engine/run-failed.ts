import type { Ending } from "./take-moves.ts";

/** The run has failed, or stopped before its end. */
export class RunFailed extends Error {
  override readonly name = "RunFailed";
  readonly run: string;
  /** Key of the step that failed it. */
  readonly step: string | undefined;
  /** `failed` or `cancelled`; or, when it can be resumed: `stopped`, `paused`, `asking`, and `waiting` for a decision. */
  readonly how: "failed" | "cancelled" | "stopped" | "paused" | "asking" | "waiting";

  constructor(run: string, ending: Exclude<Ending, { is: "completed" }>) {
    super(messageOf(ending));
    this.run = run;
    this.how = ending.is;
    this.step = ending.is === "failed" ? ending.step : "steps" in ending ? ending.steps[0] : undefined;
  }
}

function messageOf(ending: Exclude<Ending, { is: "completed" }>): string {
  switch (ending.is) {
    case "failed":
      return ending.step ? `step "${ending.step}": ${ending.error.message}` : ending.error.message;
    case "stopped":
      return "stopped before its end; it can be resumed";
    case "waiting":
      return `waiting for a decision at ${ending.steps.map((step) => `"${step}"`).join(", ")}`;
    case "asking":
      return `interrupted in ${ending.steps.map((step) => `"${step}"`).join(", ")}, which must not be repeated unasked`;
    case "paused":
    case "cancelled":
      return `${ending.is}${ending.by === "" ? "" : ` by ${ending.by}`}${ending.reason === undefined ? "" : `: ${ending.reason}`}`;
    default:
      return ending satisfies never;
  }
}
