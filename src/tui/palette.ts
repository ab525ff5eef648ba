import { nearest } from "../support/nearest.ts";
import { shortId } from "./screens/rows.ts";
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
  const [verb = "", about = "", ...rest] = wordsOf(line);
  if (verb === "quit" || verb === "q") return { is: "quit" };
  if ((TABS as readonly string[]).includes(verb)) return { is: "go", place: { is: verb as Tab } };
  switch (verb) {
    case "run":
    case "score": {
      const known = board.scores.map(({ id }) => id);
      if (!known.includes(about)) return unknown("score", about, known);
      if (verb === "score") return { is: "go", place: { is: "score", id: about } };
      if (rest.length === 0) return { is: "form", score: about };
      return { is: "do", action: { do: "run", score: about, words: rest } };
    }
    case "show":
    case "pause":
    case "resume":
    case "cancel":
    case "rerun": {
      const known = board.runs.map(({ id }) => id);
      const [run, ...others] = known.includes(about) ? [about] : known.filter((id) => id.startsWith(about));
      if (about === "" || run === undefined) return unknown("run", about, []);
      if (others.length > 0) return { is: "nothing", why: ambiguous(about, [run, ...others]) };
      if (verb === "show") return { is: "go", place: { is: "run", id: run } };
      return { is: "do", action: { do: verb, run } };
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

/** More than one run is never guessed: what is done to the wrong one cannot be undone. */
function ambiguous(about: string, runs: readonly string[]): string {
  const more = runs.length > MOST_NAMED ? ` and ${runs.length - MOST_NAMED} more` : "";
  return `"${about}" could be ${runs.slice(0, MOST_NAMED).map(shortId).join(", ")}${more}: give more of its characters`;
}

const MOST_NAMED = 2;
const WORD = /(?:[^\s"']|"[^"]*"?|'[^']*'?)+/g;
const QUOTED = /"([^"]*)"?|'([^']*)'?/g;

/** A value that is JSON by its first letter. */
const JSON_VALUE = /^(?:[^\s"'=]*=)?[[{]/;

/** As a shell takes them, so that what stands in quotes is one word; JSON that is in none keeps its own. */
function wordsOf(line: string): string[] {
  return (line.match(WORD) ?? []).map((word) =>
    JSON_VALUE.test(word) ? word : word.replaceAll(QUOTED, (_, double, single) => double ?? single ?? ""),
  );
}
