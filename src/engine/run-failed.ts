import { type Asked, askedBy } from "./asked-by.ts";
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
    super(messageOf(run, ending));
    this.run = run;
    this.how = ending.is;
    this.step = ending.is === "failed" ? ending.step : "steps" in ending ? ending.steps[0] : undefined;
  }
}

function messageOf(run: string, ending: Exclude<Ending, { is: "completed" }>): string {
  switch (ending.is) {
    case "failed":
      return ending.step ? `step "${ending.step}": ${ending.error.message}` : ending.error.message;
    case "stopped":
      return "stopped before its end; it can be resumed";
    case "waiting":
    case "asking":
      return askedIn(askedBy(run, ending), run);
    case "paused":
    case "cancelled":
      return `${ending.is}${ending.by === "" ? "" : ` by ${ending.by}`}${ending.reason === undefined ? "" : `: ${ending.reason}`}`;
    default:
      return ending satisfies never;
  }
}

function askedIn(asked: readonly Asked[], run: string): string {
  const named = (some: readonly Asked[]) =>
    some.map((one) => (one.run === run ? `"${one.step}"` : `"${one.step}" of ${one.run}`)).join(", ");
  const open = asked.filter(({ isInterrupted }) => !isInterrupted);
  const interrupted = asked.filter(({ isInterrupted }) => isInterrupted);
  return [
    ...(open.length > 0 ? [`waiting for a decision at ${named(open)}`] : []),
    ...(interrupted.length > 0
      ? [`interrupted in ${named(interrupted)}, which must not be repeated unasked`]
      : []),
  ].join("; ");
}
