import { nearest } from "../support/nearest.ts";
import type { Action, Board } from "./source.ts";
import { type Place, TABS, type Tab } from "./ui.ts";

/** What a line after `:` means. */
export type Said =
  | { readonly is: "go"; readonly place: Place }
  | { readonly is: "do"; readonly action: Action }
  | { readonly is: "form"; readonly score: string }
  | { readonly is: "quit" }
  | { readonly is: "nothing"; readonly why: string };

const VERBS = ["run", "score", "show", "pause", "resume", "cancel", "rerun"] as const;
const MOST = 6;

/** How a line could go on, the likeliest first. */
export function completionsOf(line: string, board: Board): string[] {
  const words = line.trimStart().split(/\s+/);
  const [verb = ""] = words;
  if (words.length <= 1) return starting([...VERBS, ...TABS, "quit"], verb);
  const last = words.at(-1)!;
  const about =
    verb === "run" || verb === "score" ? board.scores.map(({ id }) => id) : board.runs.map(({ id }) => id);
  return words.length === 2 ? starting(about, last).map((one) => `${verb} ${one}`) : [];
}

function starting(all: readonly string[], text: string): string[] {
  return all.filter((one) => one.startsWith(text)).slice(0, MOST);
}

export function readPalette(line: string, board: Board): Said {
  const [verb = "", about = "", ...rest] = line.trim().split(/\s+/);
  if (verb === "quit" || verb === "q") return { is: "quit" };
  if ((TABS as readonly string[]).includes(verb)) return { is: "go", place: { is: verb as Tab } };
  switch (verb) {
    case "run":
    case "score": {
      const known = board.scores.map(({ id }) => id);
      if (!known.includes(about)) return unknown("score", about, known);
      if (verb === "score") return { is: "go", place: { is: "score", id: about } };
      if (rest.length === 0) return { is: "form", score: about };
      return { is: "do", action: { do: "run", score: about, input: Object.fromEntries(rest.map(toPair)) } };
    }
    case "show":
    case "pause":
    case "resume":
    case "cancel":
    case "rerun": {
      const run = board.runs.find(({ id }) => id === about || id.startsWith(about));
      if (about === "" || !run) return unknown("run", about, []);
      if (verb === "show") return { is: "go", place: { is: "run", id: run.id } };
      return { is: "do", action: { do: verb, run: run.id } };
    }
    default: {
      const guess = nearest(verb, [...VERBS, ...TABS]);
      return {
        is: "nothing",
        why: `there is no command "${verb}"${guess ? `; did you mean "${guess}"?` : ""}`,
      };
    }
  }
}

function unknown(what: string, name: string, known: readonly string[]): Said {
  const guess = name === "" ? undefined : nearest(name, known);
  if (name === "") return { is: "nothing", why: `which ${what}?` };
  return { is: "nothing", why: `there is no ${what} "${name}"${guess ? `; did you mean "${guess}"?` : ""}` };
}

/** `max=3`: as JSON where it is some, else as text. */
function toPair(word: string): [string, unknown] {
  const equals = word.indexOf("=");
  const [key, text] = equals < 0 ? [word, "true"] : [word.slice(0, equals), word.slice(equals + 1)];
  try {
    return [key, JSON.parse(text)];
  } catch {
    return [key, text];
  }
}
