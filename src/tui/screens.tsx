import { setImmediate as turnOfLoop } from "node:timers/promises";
import { render, useApp, useInput, usePaste, useStdin, useWindowSize } from "ink";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { commandOf } from "./command-of.ts";
import { toBodySheet, toFrame, toMessage } from "./frame.ts";
import type { Looks } from "./looks.ts";
import { openForm } from "./open-form.ts";
import { type Painted, Painter } from "./paint.ts";
import { type Effect, type Key, press } from "./press.ts";
import type { Action, Board, Source } from "./source.ts";
import { BEGINNING, goBack, goTo, type Ui } from "./ui.ts";
import { useData } from "./use-data.ts";

interface ScreensProps {
  readonly source: Source;
  readonly looks: Looks;
  /** Where frames go. */
  readonly canvas: Canvas;
  readonly now?: () => number;
  /** The run that is shown at first. */
  readonly run?: string | undefined;
  /** Stops this process, as Ctrl-Z does everywhere; resolves when it goes on. */
  readonly stop: () => Promise<void>;
  /** Calls `listener` when this process goes on after it was stopped; the returned function takes that back. */
  readonly onContinue: (listener: () => void) => () => void;
}

/** What frames are drawn on. */
export interface Canvas {
  paint(frame: Painted): void;
  /** Somebody else has it from now on. */
  hold(): void;
  readonly isHeld: boolean;
  /** It is ours again, and something else stands there. */
  takeBack(): void;
}

/** While something runs, its bars grow; otherwise only what is said of how long ago something was. */
const TICK_MS = 250;
const REST_MS = 30_000;

/** All screens: draws what `source` has, and asks it for what keys want. */
export function Screens({ source, looks, canvas, stop, onContinue, ...props }: ScreensProps) {
  const { now = Date.now, run: first } = props;
  const { exit, suspendTerminal } = useApp();
  const { stdin } = useStdin();
  const { columns, rows } = useWindowSize();
  const [ui, change] = useUi(first);
  const data = useData(source, ui);
  const sheet = { columns, rows, looks, now: useTicks(data.board, now) };
  const perform = (action: Action) => performOn(source, action, { suspendTerminal, stdin, canvas });
  const follow = (effect: Effect | undefined) => {
    if (effect?.is === "quit") exit();
    else if (effect?.is === "do") {
      const { action } = effect;
      // To begin a run of 10,000 nodes takes seconds, the first time.
      if (commandOf(action) !== "") change((was) => ({ ...was, message: toMessage("…", action) }));
      perform(action).then(
        (done) => change((was) => afterwards(was, toMessage(done, action))),
        (error: unknown) => change((was) => refused(was, error)),
      );
    } else if (effect?.is === "form")
      openForm(source, effect.purpose).then(
        (form) => change((was) => ({ ...was, form: { purpose: effect.purpose, form } })),
        (error: unknown) => change((was) => refused(was, error)),
      );
  };
  const pressAll = (keys: readonly Key[]) => {
    const { board, run } = data;
    if (!board) return keys.some((one) => one.text === "q") ? exit() : undefined;
    for (const one of keys) {
      const pressed: { effect?: Effect } = {};
      change((was) => {
        const { ui: next, effect } = press(was, one, { board, run, sheet: toBodySheet(sheet) });
        if (effect) pressed.effect = effect;
        return next;
      });
      follow(pressed.effect);
    }
  };
  useInput((text, key) => {
    if (key.ctrl && text === "c") return exit();
    if (key.ctrl && text === "z") return void lend({ suspendTerminal, stdin, canvas }, stop);
    pressAll(toKeys(text, key));
  });
  usePaste((text) => pressAll([{ name: "paste", text: text.replaceAll(/\r\n?/g, "\n") }]));
  useContinued(onContinue, { suspendTerminal, stdin, canvas });
  // Ink has the terminal and its keys, and draws nothing: laying every cell out again takes it fifty times as long.
  useLayoutEffect(() => canvas.paint({ lines: toFrame({ ui, ...data, sheet }), columns, rows }));
  return null;
}

interface OnTerminal {
  readonly suspendTerminal: ReturnType<typeof useApp>["suspendTerminal"];
  readonly stdin: NodeJS.ReadableStream;
  readonly canvas: Canvas;
}

/** What needs the terminal for itself, as an editor does, has it until it ends. */
async function performOn(source: Source, action: Action, terminal: OnTerminal): Promise<string> {
  if (!source.needsTerminal(action)) return source.perform(action);
  let done = "";
  await lend(terminal, async () => {
    done = await source.perform(action);
  });
  return done;
}

/** The terminal is as it was before us while `meanwhile` has it. */
async function lend(
  { suspendTerminal, stdin, canvas }: OnTerminal,
  meanwhile: () => Promise<void>,
): Promise<void> {
  canvas.hold();
  try {
    await suspendTerminal(async () => {
      // Ink only stops to listen: Node would read on, and take from an editor what is typed into it.
      await turnOfLoop();
      stdin.pause();
      await turnOfLoop();
      await meanwhile();
    });
  } finally {
    canvas.takeBack();
  }
}

/** Who stopped this process from outside has left the terminal to a shell: it is taken again. */
function useContinued(onContinue: ScreensProps["onContinue"], terminal: OnTerminal): void {
  const { suspendTerminal, stdin, canvas } = terminal;
  useEffect(
    () =>
      onContinue(() => canvas.isHeld || void lend({ suspendTerminal, stdin, canvas }, async () => undefined)),
    [onContinue, suspendTerminal, stdin, canvas],
  );
}

/** What is seen and typed. Keys come faster than frames: each finds what the one before has left. */
function useUi(first: string | undefined): [Ui, (to: (was: Ui) => Ui) => void] {
  const [ui, setUi] = useState<Ui>(() =>
    first === undefined ? BEGINNING : goTo(BEGINNING, { is: "run", id: first }),
  );
  const current = useRef(ui);
  const change = (to: (was: Ui) => Ui) => {
    current.current = to(current.current);
    setUi(current.current);
  };
  return [ui, change];
}

function afterwards(was: Ui, message: string): Ui {
  return { ...(was.form?.isSent ? goBack(was) : was), message };
}

function refused(was: Ui, error: unknown): Ui {
  const why = error instanceof Error ? error.message : String(error);
  if (!was.form?.isSent) return { ...was, message: why };
  const { purpose, form } = was.form;
  return { ...was, message: "", form: { purpose, form: { ...form, problem: why } } };
}

/** The time. It moves on by itself while something runs, and now and then otherwise. */
function useTicks(board: Board | undefined, now: () => number): number {
  const [, tick] = useState(0);
  const isBusy = board?.runs.some(({ status }) => status === "running") ?? false;
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), isBusy ? TICK_MS : REST_MS);
    return () => clearInterval(timer);
  }, [isBusy]);
  return now();
}

/** What was pressed; several keys where they came together, as they do when somebody pastes. */
function toKeys(text: string, key: Parameters<Parameters<typeof useInput>[0]>[1]): Key[] {
  const named = NAMED.find(([name]) => key[name]);
  if (named) return [{ name: named[1], text: "" }];
  if (key.ctrl && text.length === 1) return toKey(String.fromCharCode(text.charCodeAt(0) & CONTROL));
  return text === "" || key.ctrl || key.meta ? [] : [...text].flatMap(toKey);
}

/** What is below it is no character, but a letter with Ctrl. */
const CONTROL = 31;

function toKey(one: string): Key[] {
  const name = CONTROLS[one];
  if (name) return [{ name, text: "" }];
  return one.charCodeAt(0) <= CONTROL ? [] : [{ name: "text", text: one }];
}

/** The first two are Ctrl-A and Ctrl-E, as shells have them. */
const CONTROLS: Readonly<Record<string, Key["name"]>> = {
  "\u0001": "home",
  "\u0005": "end",
  "\r": "enter",
  "\n": "enter",
  "\b": "backspace",
  "\u007f": "backspace",
  "\t": "tab",
};

const NAMED = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "delete"],
  ["home", "home"],
  ["end", "end"],
  ["pageUp", "pageUp"],
  ["pageDown", "pageDown"],
] as const;

export interface OpenScreens {
  /** Resolves when somebody quits. */
  readonly isOver: Promise<unknown>;
  /** Gives the terminal back. */
  close(): void;
}

export interface OpenOptions extends Omit<ScreensProps, "canvas"> {
  readonly write: (text: string) => void;
}

/** Draws the screens on this terminal, beside what stands there already. */
export function openScreens({ write, ...props }: OpenOptions): OpenScreens {
  const canvas = new Painter(write, props.looks.hasColor);
  const { waitUntilExit, unmount } = render(<Screens {...props} canvas={canvas} />, {
    alternateScreen: true,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
  });
  return { isOver: waitUntilExit(), close: () => unmount() };
}
