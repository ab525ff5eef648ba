import { commandOf } from "./command-of.ts";
import type { Form } from "./form.ts";
import type { Action } from "./source.ts";

export const TABS = ["workspace", "runs", "checkpoints", "problems", "orchestras", "costs", "logs"] as const;
export type Tab = (typeof TABS)[number];

/** A screen, and what it is about. */
export type Place =
  | { readonly is: Tab }
  | { readonly is: "score"; readonly id: string }
  | { readonly is: "run"; readonly id: string };

/** What a form is filled in for. */
export type Purpose =
  | { readonly for: "run"; readonly score: string; readonly isStepped?: boolean }
  | { readonly for: "decide"; readonly run: string; readonly step: string }
  /** `was`: the input that it had. */
  | { readonly for: "rerun"; readonly run: string; readonly from: string; readonly was: unknown }
  /** The output of a step that is held. */
  | { readonly for: "override"; readonly run: string; readonly step: string }
  /** Which case a switch takes. */
  | { readonly for: "branch"; readonly run: string; readonly step: string }
  /** Another output of a step that was played: the run is played again with it. */
  | { readonly for: "output"; readonly run: string; readonly step: string; readonly was: unknown }
  /** Why it is decided. */
  | { readonly for: "enable" | "disable" | "pause" | "resume"; readonly orchestra: string }
  | { readonly for: "set" | "unset"; readonly orchestra: string; readonly fields: readonly string[] };

/** What somebody sees and has typed; data is not in it. */
export interface Ui {
  readonly place: Place;
  /** Where Escape leads. */
  readonly back: readonly Place[];
  /** What is selected on each screen. */
  readonly at: Readonly<Record<string, number>>;
  readonly search: string;
  readonly isSearching: boolean;
  /** What is typed after `:`. */
  readonly palette: string | undefined;
  /** What was done so last. */
  readonly lastLine: string;
  /** What is filled in; once it was sent, until it is done or refused, it is not sent again. */
  readonly form: { readonly purpose: Purpose; readonly form: Form; readonly isSent?: boolean } | undefined;
  readonly isHelp: boolean;
  readonly isDiff: boolean;
  /** What is done when it is said once more. */
  readonly asked: Action | undefined;
  readonly message: string;
}

export const BEGINNING: Ui = {
  place: { is: "workspace" },
  back: [],
  at: {},
  search: "",
  isSearching: false,
  palette: undefined,
  lastLine: "",
  form: undefined,
  isHelp: false,
  isDiff: false,
  asked: undefined,
  message: "",
};

export function keyOf(place: Place): string {
  return "id" in place ? `${place.is} ${place.id}` : place.is;
}

export function selectedAt(ui: Ui, count: number): number {
  return Math.max(0, Math.min(ui.at[keyOf(ui.place)] ?? 0, count - 1));
}

export function select(ui: Ui, index: number): Ui {
  return { ...ui, at: { ...ui.at, [keyOf(ui.place)]: index } };
}

/** What is selected is what a screen selects by itself. */
export function deselect(ui: Ui): Ui {
  const { [keyOf(ui.place)]: _, ...at } = ui.at;
  return { ...ui, at };
}

export function goTo(ui: Ui, place: Place): Ui {
  const isTab = !("id" in place);
  return {
    ...ui,
    place,
    back: isTab ? [] : [...ui.back, ui.place],
    search: "",
    isSearching: false,
    isHelp: false,
    isDiff: false,
    asked: undefined,
    message: "",
  };
}

/** One step back: out of what is open, then to the screen before. */
export function goBack(ui: Ui): Ui {
  if (ui.isHelp || ui.asked || ui.isDiff || ui.palette !== undefined)
    return { ...ui, isHelp: false, isDiff: false, asked: undefined, palette: undefined, message: "" };
  if (ui.form) return { ...ui, form: undefined, message: "" };
  if (ui.search !== "" || ui.isSearching) return { ...ui, search: "", isSearching: false };
  const place = ui.back.at(-1);
  return place ? { ...ui, place, back: ui.back.slice(0, -1), message: "" } : ui;
}

/** What cannot be undone is asked about. */
export function ask(ui: Ui, action: Action): Ui {
  return { ...ui, asked: action, message: `${commandOf(action)}: again to do it, Esc to leave it` };
}
