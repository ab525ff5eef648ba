import type { Action } from "./source.ts";

/** The command that does the same as `action` in another terminal: what a screen does is never hidden. */
export function commandOf(action: Action): string {
  switch (action.do) {
    case "run":
      return `maestro run ${word(action.score)}${inputOf(action.input)}`;
    case "rerun": {
      const from = action.from === undefined ? "" : ` --from ${word(action.from)}`;
      const input =
        action.input === undefined ? "" : ` --set ${word(`input=${JSON.stringify(action.input)}`)}`;
      return `maestro rerun ${action.run}${from}${input}`;
    }
    case "pause":
    case "resume":
    case "cancel":
      return `maestro ${action.do} ${action.run}`;
    case "decide":
      return `maestro decide ${action.run} ${word(action.step)}${inputOf(action.value)}`;
    case "open":
      return `${action.file}:${action.line}:${action.column}`;
    case "copy":
      return "";
    default:
      return action satisfies never;
  }
}

function inputOf(value: unknown): string {
  const isNothing = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return value === undefined || isNothing ? "" : ` --input ${word(JSON.stringify(value))}`;
}

/** As a shell takes it for one word. */
function word(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
