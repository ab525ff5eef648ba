import { withoutLast } from "./edit-text.ts";
import { editInForm, moveInForm, readForm, typeInForm } from "./form.ts";
import { completionsOf, readPalette } from "./palette.ts";
import { pressOnOrchestra } from "./press-on-orchestra.ts";
import { pressOnStep } from "./press-on-step.ts";
import { itemsOf } from "./screens/lists.ts";
import { rowsOf, selectedRowAt } from "./screens/timeline.ts";
import { rowOf, runOf, type Seen, scoreOf, selectedItem } from "./selection.ts";
import type { Action, Board } from "./source.ts";
import { toAction } from "./to-action.ts";
import { ask, goBack, goTo, type Purpose, select, selectedAt, TABS, type Ui } from "./ui.ts";

/** What was pressed: a name for keys without a character, else the character. */
export interface Key {
  readonly name:
    | "up"
    | "down"
    | "left"
    | "right"
    | "enter"
    | "escape"
    | "tab"
    | "home"
    | "end"
    | "backspace"
    | "delete"
    | "pageUp"
    | "pageDown"
    | "text"
    /** Somebody has pasted it: it may be long, and no part of it is a key. */
    | "paste";
  readonly text: string;
}

/** What a key asks for besides. */
export type Effect =
  | { readonly is: "quit" }
  | { readonly is: "do"; readonly action: Action }
  /** Fill in a form for this. */
  | { readonly is: "form"; readonly purpose: Purpose };

export interface Pressed {
  readonly ui: Ui;
  readonly effect?: Effect;
}

/** What `key` does. Pure: what it asks for is done by whoever draws. */
export function press(ui: Ui, key: Key, seen: Seen): Pressed {
  if (ui.form) return pressInForm(ui, key);
  if (ui.palette !== undefined) return pressInPalette(ui, ui.palette, key, seen);
  if (ui.isSearching) return { ui: pressInSearch(ui, key) };
  switch (key.name) {
    case "escape":
    case "backspace":
    case "left":
      return { ui: goBack(ui) };
    case "delete":
      return { ui };
    case "up":
    case "down":
    case "home":
    case "end":
    case "pageUp":
    case "pageDown":
      return { ui: move(ui, key.name, seen) };
    case "tab":
      return { ui: goTo(ui, { is: TABS[(tabOf(ui) + 1) % TABS.length]! }) };
    case "enter":
    case "right":
      return enter(ui, seen);
    case "text":
      return pressLetter({ ...ui, message: "" }, key.text, seen);
    case "paste":
      return {
        ui: { ...ui, message: "what is pasted goes into a form, a search or a command: / or : or r" },
      };
    default:
      return key.name satisfies never;
  }
}

function tabOf({ place }: Ui): number {
  const tab = "id" in place ? (place.is === "score" ? "workspace" : "runs") : place.is;
  return TABS.indexOf(tab);
}

function pressLetter(ui: Ui, text: string, seen: Seen): Pressed {
  const tab = TABS[Number(text) - 1];
  if (tab) return { ui: goTo(ui, { is: tab }) };
  const own = pressOnOrchestra(ui, text, seen) ?? pressOnStep(ui, text, seen);
  if (own) return own;
  const run = runOf(ui, seen);
  const score = scoreOf(ui, seen);
  switch (text) {
    case "q":
      return { ui, effect: { is: "quit" } };
    case "?":
      return { ui: { ...ui, isHelp: !ui.isHelp } };
    case "/":
      return { ui: { ...ui, isSearching: true, search: "" } };
    case ":":
      return { ui: { ...ui, palette: "" } };
    case "j":
      return { ui: move(ui, "down", seen) };
    case "k":
      return { ui: move(ui, "up", seen) };
    case "d":
      return { ui: { ...ui, isDiff: !ui.isDiff } };
    case "r":
      if (score === undefined) return { ui: { ...ui, message: "r runs a score: select one" } };
      return { ui, effect: { is: "form", purpose: { for: "run", score } } };
    case "R": {
      if (run === undefined) return { ui: { ...ui, message: "R runs a run again: select one" } };
      const from = rowOf(ui, seen)?.step.key.split("/")[0];
      return from === undefined
        ? { ui, effect: { is: "do", action: { do: "rerun", run } } }
        : { ui, effect: { is: "form", purpose: { for: "rerun", run, from, was: seen.run?.input } } };
    }
    case "p":
      if (run === undefined)
        return { ui: { ...ui, message: "p pauses a run, and lets it go on: select one" } };
      return { ui, effect: { is: "do", action: { do: isPaused(run, seen) ? "resume" : "pause", run } } };
    case "c": {
      if (run === undefined) return { ui: { ...ui, message: "c cancels a run: select one" } };
      return isMeant(ui, run) ? cancelled(ui, run) : { ui: ask(ui, { do: "cancel", run }) };
    }
    case "y":
      return { ui, effect: { is: "do", action: { do: "copy", text: copied(ui, seen) } } };
    default:
      return { ui };
  }
}

/** Was it asked about this run's end, and is it said once more? */
function isMeant({ asked }: Ui, run: string): boolean {
  return asked?.do === "cancel" && asked.run === run;
}

function cancelled(ui: Ui, run: string): Pressed {
  return { ui: { ...ui, asked: undefined }, effect: { is: "do", action: { do: "cancel", run } } };
}

type Move = "up" | "down" | "home" | "end" | "pageUp" | "pageDown";

function move(ui: Ui, where: Move, seen: Seen): Ui {
  const rows = ui.place.is === "run" ? (seen.run ? rowsOf(seen.run) : []) : undefined;
  const count = rows ? rows.length : itemsOf(ui, seen.board, seen.sheet).length;
  const page = Math.max(1, seen.sheet.rows - 4);
  const by = { up: -1, down: 1, home: -count, end: count, pageUp: -page, pageDown: page }[where];
  const now = rows ? selectedRowAt(ui, rows) : selectedAt(ui, count);
  return select({ ...ui, asked: undefined, message: "" }, Math.max(0, Math.min(count - 1, now + by)));
}

function enter(ui: Ui, seen: Seen): Pressed {
  const { board } = seen;
  const item = selectedItem(ui, seen);
  if (!item || ui.place.is === "run") return { ui };
  switch (item.is) {
    case "score":
      return { ui: goTo(ui, { is: "score", id: board.scores[item.index]!.id }) };
    case "run":
      return { ui: goTo(ui, { is: "run", id: board.runs[item.index]!.id }) };
    case "orchestra": {
      const { score } = board.orchestras[item.index]!;
      return { ui: score === undefined ? ui : goTo(ui, { is: "score", id: score }) };
    }
    case "checkpoint": {
      const { run, key } = board.checkpoints[item.index]!;
      return { ui, effect: { is: "form", purpose: { for: "decide", run, step: key } } };
    }
    case "problem": {
      const { file, line = 1, column = 1 } = board.problems[item.index]!;
      return file === undefined
        ? { ui }
        : { ui, effect: { is: "do", action: { do: "open", file, line, column } } };
    }
    case "agent":
      return {
        ui,
        effect: {
          is: "do",
          action: { do: "open", file: board.agents[item.index]!.file, line: 1, column: 1 },
        },
      };
    case "cost":
    case "log":
      return { ui };
    default:
      return item.is satisfies never;
  }
}

function isPaused(run: string, { board }: Seen): boolean {
  return board.runs.find(({ id }) => id === run)?.status === "paused";
}

/** What `y` copies: what would be typed to get at what is selected. */
function copied(ui: Ui, seen: Seen): string {
  const run = runOf(ui, seen);
  if (run !== undefined) return run;
  const item = selectedItem(ui, seen);
  if (item?.is === "problem") return seen.board.problems[item.index]!.text;
  return scoreOf(ui, seen) ?? item?.words ?? "";
}

function pressInSearch(ui: Ui, key: Key): Ui {
  if (key.name === "escape") return goBack(ui);
  if (key.name === "enter") return { ...ui, isSearching: false };
  if (key.name === "backspace") return { ...ui, search: withoutLast(ui.search) };
  if (key.name !== "text" && key.name !== "paste") return ui;
  return select({ ...ui, search: ui.search + onOneLine(key) }, 0);
}

function onOneLine({ name, text }: Key): string {
  return name === "paste" ? text.trim().replaceAll(/\s*\n\s*/g, " ") : text;
}

function pressInPalette(ui: Ui, line: string, key: Key, { board }: Seen): Pressed {
  const typed: Ui = { ...ui, asked: undefined, message: "" };
  switch (key.name) {
    case "escape":
      return { ui: goBack(ui) };
    case "backspace":
      return { ui: { ...typed, palette: line === "" ? undefined : withoutLast(line) } };
    case "tab":
      return { ui: { ...typed, palette: completed(line, board) } };
    case "text":
    case "paste":
      return { ui: { ...typed, palette: line + onOneLine(key) } };
    case "up":
      return { ui: { ...typed, palette: ui.lastLine } };
    case "enter": {
      const said = readPalette(line, board);
      const closed = { ...ui, palette: undefined, lastLine: line };
      if (said.is === "nothing") return { ui: { ...ui, message: said.why } };
      if (said.is === "go") return { ui: goTo(closed, said.place) };
      if (said.is === "do" && said.action.do === "cancel" && !isMeant(ui, said.action.run))
        return { ui: ask(ui, said.action) };
      if (said.is === "do")
        return { ui: { ...closed, asked: undefined }, effect: { is: "do", action: said.action } };
      if (said.is === "quit") return { ui: closed, effect: { is: "quit" } };
      return { ui: closed, effect: { is: "form", purpose: { for: "run", score: said.score } } };
    }
    default:
      return { ui };
  }
}

function completed(line: string, board: Board): string {
  const [first] = completionsOf(line, board);
  return first === undefined ? line : `${first} `;
}

function pressInForm(ui: Ui, key: Key): Pressed {
  const { purpose, form } = ui.form!;
  const to = (changed: typeof form): Pressed => ({ ui: { ...ui, form: { ...ui.form!, form: changed } } });
  switch (key.name) {
    case "escape":
      return { ui: goBack(ui) };
    case "up":
      return to(moveInForm(form, -1));
    case "down":
    case "tab":
      return to(moveInForm(form, 1));
    case "left":
    case "right":
    case "home":
    case "end":
    case "backspace":
    case "delete":
      return to(editInForm(form, key.name));
    case "text":
    case "paste":
      return to(typeInForm(form, key.text));
    case "enter": {
      if (ui.form!.isSent) return { ui };
      const read = readForm(form);
      if ("form" in read) return to(read.form);
      // It stays open until what it asks for is done: a refusal is mended, not typed again.
      const action = toAction(purpose, read.value);
      return { ui: { ...ui, form: { purpose, form, isSent: true } }, effect: { is: "do", action } };
    }
    default:
      return { ui };
  }
}
