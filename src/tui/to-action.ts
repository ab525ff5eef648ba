import type { Decided } from "../operations/override-orchestra.ts";
import type { Action } from "./source.ts";
import type { Purpose } from "./ui.ts";

/** What a form that is filled in asks for. */
export function toAction(purpose: Purpose, value: unknown): Action {
  switch (purpose.for) {
    case "run":
      return {
        do: "run",
        score: purpose.score,
        input: value,
        ...(purpose.isStepped ? { isStepped: true } : {}),
      };
    case "decide":
      return { do: "decide", run: purpose.run, step: purpose.step, value };
    case "rerun": {
      const { input, from = purpose.from } = value as { readonly input?: unknown; readonly from?: string };
      const isEdited = input !== undefined && JSON.stringify(input) !== JSON.stringify(purpose.was);
      return { do: "rerun", run: purpose.run, from, ...(isEdited ? { input } : {}) };
    }
    case "override":
    case "branch":
      return { do: "step", run: purpose.run, command: { do: purpose.for, step: purpose.step, value } };
    case "output":
      return { do: "rerun", run: purpose.run, output: { step: purpose.step, value } };
    case "enable":
    case "disable":
    case "pause":
    case "resume":
      return toDecision(purpose.orchestra, { is: purpose.for }, value);
    case "set":
    case "unset": {
      const { field = "", value: to = "" } = value as Readonly<Record<string, string | undefined>>;
      const decided: Decided =
        purpose.for === "set" ? { is: "set", field, value: to } : { is: "unset", field };
      return toDecision(purpose.orchestra, decided, value);
    }
    default:
      return purpose satisfies never;
  }
}

function toDecision(orchestra: string, decided: Decided, said: unknown): Action {
  const { why } = said as { readonly why?: string };
  return { do: "orchestra", orchestra, decided, ...(why === undefined ? {} : { why }) };
}
