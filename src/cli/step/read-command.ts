import { UsageError } from "../usage-error.ts";

/** What a person, or a program, wants of a run that is played step by step. */
export type StepCommand =
  /** Without a step: the one that became ready first. */
  | { readonly do: "next"; readonly step?: string | undefined }
  | { readonly do: "inspect"; readonly step?: string | undefined }
  /** `text` as it was typed; a program gives the value itself. */
  | { readonly do: "override"; readonly step: string; readonly text: string }
  | { readonly do: "override"; readonly step: string; readonly value: unknown }
  | { readonly do: "branch"; readonly step: string; readonly value?: unknown }
  | { readonly do: "continue" }
  | { readonly do: "quit" }
  | { readonly do: "help" };

/** What can be typed, for people. */
export const STEP_HELP = `  n [step]           play it: the first, or the one that is named
  i [step]           show what it is given; of one that was played, what it gave
  o <step> <value>   give its output instead: JSON, a text, or @file.json
  b <branch> [case]  let it take the other case
  c                  play on without stopping
  q                  leave; the run can be resumed
`;

/** @throws UsageError for what is no command */
export function readTyped(line: string): StepCommand {
  const [, word = "", rest = ""] = /^\s*(\S*)\s*(.*?)\s*$/s.exec(line) ?? [];
  const [step, value = ""] = splitOnce(rest);
  switch (word) {
    case "":
    case "n":
      return { do: "next", step: step || undefined };
    case "i":
      return { do: "inspect", step: step || undefined };
    case "o":
      if (step === "" || value === "")
        throw new UsageError('o wants a step and its output: o read {"title":"x"}');
      return { do: "override", step, text: value };
    case "b":
      if (step === "") throw new UsageError("b wants a branch: b isBig");
      return { do: "branch", step, ...(value === "" ? {} : { value: toCase(value) }) };
    case "c":
      return { do: "continue" };
    case "q":
      return { do: "quit" };
    case "?":
    case "h":
      return { do: "help" };
    default:
      throw new UsageError(`"${word}" is none of n, i, o, b, c, q; ? says what they do.`);
  }
}

/** A case as a score names it: a text, a number, or true and false. */
function toCase(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function splitOnce(text: string): [string, string?] {
  const space = text.search(/\s/);
  return space < 0 ? [text] : [text.slice(0, space), text.slice(space).trim()];
}

/**
 * The same as one JSON object: `{"do":"next","step":"read"}`.
 * @throws UsageError for what is no command
 */
export function readJsonCommand(line: string): StepCommand {
  const command = parse(line);
  const { do: what, step, value } = command;
  const hasStep = typeof step === "string";
  if (step !== undefined && !hasStep) throw new UsageError('"step" has to be a text.');
  switch (what) {
    case "next":
    case "inspect":
      return { do: what, step: step as string | undefined };
    case "override":
      if (!hasStep || !("value" in command)) throw new UsageError('"override" wants "step" and "value".');
      return { do: what, step, value };
    case "branch":
      if (!hasStep) throw new UsageError('"branch" wants "step".');
      return { do: what, step, ...(value === undefined ? {} : { value }) };
    case "continue":
    case "quit":
      return { do: what };
    default:
      throw new UsageError('"do" has to be next, inspect, override, branch, continue or quit.');
  }
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const command: unknown = JSON.parse(line);
    if (typeof command === "object" && command !== null) return command as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new UsageError(`A command is one JSON object a line: {"do":"next"}.`);
}
