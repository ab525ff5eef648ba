import type { SteppingCommand } from "../operations/stepping-command.ts";
import type { Pressed } from "./press.ts";
import { heldOf, rowOf, type Seen, scoreOf } from "./selection.ts";
import { deselect, type Purpose, type Ui } from "./ui.ts";

/** What a letter does in a run that is played step by step; undefined when it is about something else. */
export function pressOnStep(ui: Ui, text: string, seen: Seen): Pressed | undefined {
  if (ui.place.is !== "run") return text === "s" ? beginByStep(ui, seen) : undefined;
  switch (text) {
    case "s":
      return seen.run?.stepping ? next(ui, seen) : goOnByStep(ui, seen);
    case "n":
      return next(ui, seen);
    case "o":
      return giveOutput(ui, seen);
    case "b":
      return takeOther(ui, seen);
    case "g":
      return seen.run?.stepping ? command(ui, seen, { do: "continue" }) : notStepped(ui);
    default:
      return undefined;
  }
}

function beginByStep(ui: Ui, seen: Seen): Pressed {
  const score = scoreOf(ui, seen);
  if (score === undefined) return say(ui, "s runs a score step by step: select one");
  return form(ui, { for: "run", score, isStepped: true });
}

/** A run at rest can be gone on with that way. */
function goOnByStep(ui: Ui, { run }: Seen): Pressed {
  if (run?.run.status !== "paused")
    return say(ui, "s goes on step by step with a run that is paused: p pauses it");
  return { ui, effect: { is: "do", action: { do: "resume", run: run.run.id, isStepped: true } } };
}

function next(ui: Ui, seen: Seen): Pressed {
  const held = heldOf(ui, seen);
  if (!held) return seen.run?.stepping ? say(ui, "nothing is ready yet") : notStepped(ui);
  return command(deselect(ui), seen, { do: "next", step: held.step });
}

/** Of a step that is held its output is given instead of playing it; of one that was played, another run gets another one. */
function giveOutput(ui: Ui, seen: Seen): Pressed {
  const row = rowOf(ui, seen);
  const run = seen.run?.run.id;
  if (!row || run === undefined) return say(ui, "o gives the output of a step: select one");
  const { key, status, kind, output } = row.step;
  if (row.held) return form(ui, { for: "override", run, step: key });
  if (status !== "completed" || key.includes("/") || kind === "branch" || kind === "switchOn")
    return say(ui, `${key} has no output that could be another one`);
  return form(ui, { for: "output", run, step: key, was: output });
}

function takeOther(ui: Ui, seen: Seen): Pressed {
  const held = heldOf(ui, seen);
  if (held?.kind === "branch") return command(deselect(ui), seen, { do: "branch", step: held.step });
  if (held?.kind === "switchOn") return form(ui, { for: "branch", run: seen.run!.run.id, step: held.step });
  return say(ui, "b takes the other case of a branch that is held: select one");
}

function command(ui: Ui, { run }: Seen, said: SteppingCommand): Pressed {
  return { ui, effect: { is: "do", action: { do: "step", run: run!.run.id, command: said } } };
}

function form(ui: Ui, purpose: Purpose): Pressed {
  return { ui, effect: { is: "form", purpose } };
}

function notStepped(ui: Ui): Pressed {
  return say(ui, "it is not played step by step: p pauses it, s goes on with it that way");
}

function say(ui: Ui, message: string): Pressed {
  return { ui: { ...ui, message } };
}
