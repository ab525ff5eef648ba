import type { SteppingCommand } from "../operations/stepping-command.ts";
import type { Action } from "./source.ts";

/** The command that does the same as `action` in another terminal: what a screen does is never hidden. */
export function commandOf(action: Action): string {
  switch (action.do) {
    case "run":
      if ("words" in action) return `maestro run ${word(action.score)}${inputsOf(action.words)}`;
      return `maestro run ${word(action.score)}${action.isStepped ? " --step" : ""}${inputOf(action.input)}`;
    case "rerun": {
      const from = action.from === undefined ? "" : ` --from ${word(action.from)}`;
      const input =
        action.input === undefined ? "" : ` --set ${word(`input=${JSON.stringify(action.input)}`)}`;
      const { step, value } = action.output ?? {};
      const output = step === undefined ? "" : ` --set ${word(`${step}=${JSON.stringify(value)}`)}`;
      return `maestro rerun ${action.run}${from}${input}${output}`;
    }
    case "pause":
    case "cancel":
      return `maestro ${action.do} ${action.run}`;
    case "resume":
      return `maestro resume ${action.run}${action.isStepped ? " --step" : ""}`;
    case "step":
      return steppingOf(action.command);
    case "orchestra": {
      const { decided, orchestra, why } = action;
      const field = "field" in decided ? ` ${word(decided.field)}` : "";
      const value = decided.is === "set" ? ` ${word(decided.value)}` : "";
      const reason = why === undefined ? "" : ` --why ${word(why)}`;
      return `maestro orchestras ${decided.is} ${word(orchestra)}${field}${value}${reason}`;
    }
    case "play":
      return `maestro orchestras run-now ${word(action.orchestra)}`;
    case "decide":
      return `maestro decide ${action.run} ${word(action.step)}${inputOf(action.value)}`;
    case "open":
    case "copy":
      return "";
    default:
      return action satisfies never;
  }
}

/** As it is typed after `--step`. */
function steppingOf(command: SteppingCommand): string {
  switch (command.do) {
    case "next":
      return ["step> n", command.step].filter(Boolean).join(" ");
    case "override":
      return `step> o ${command.step} ${JSON.stringify(command.value)}`;
    case "branch":
      return `step> b ${command.step}${command.value === undefined ? "" : ` ${String(command.value)}`}`;
    case "continue":
      return "step> c";
    default:
      return command satisfies never;
  }
}

function inputOf(value: unknown): string {
  const isNothing = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return value === undefined || isNothing ? "" : ` --input ${word(JSON.stringify(value))}`;
}

function inputsOf(words: readonly string[]): string {
  return words.map((one) => ` --input ${word(one)}`).join("");
}

/** As a shell takes it for one word. */
function word(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
