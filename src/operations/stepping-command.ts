import { isSoundJson } from "../support/is-sound-json.ts";

/** What whoever plays a run step by step wants of it. */
export type SteppingCommand =
  /** Without a step: the one that became ready first. */
  | { readonly do: "next"; readonly step?: string }
  | { readonly do: "override"; readonly step: string; readonly value: unknown }
  /** Of a branch without a value: the other case. */
  | { readonly do: "branch"; readonly step: string; readonly value?: unknown }
  | { readonly do: "continue" };

/** Is this what may be said of a run that is played step by step? */
export function isSteppingCommand(said: unknown): said is SteppingCommand {
  const { do: what, step, value, ...rest } = Object(said) as Readonly<Record<string, unknown>>;
  const isNamed = typeof step === "string" && step !== "" && step.length <= LONGEST_KEY;
  if (Object.keys(rest).length > 0 || (step !== undefined && !isNamed)) return false;
  const isSound = value === undefined || isSoundJson(value);
  switch (what) {
    case "next":
      return value === undefined;
    case "override":
      return isNamed && value !== undefined && isSound;
    case "branch":
      return isNamed && isSound;
    case "continue":
      return step === undefined && value === undefined;
    default:
      return false;
  }
}

const LONGEST_KEY = 4_000;
