import { Box, render, Text, useApp, useInput, useWindowSize } from "ink";
import { useEffect, useRef, useState } from "react";
import { toBodySheet, toFrame, toMessage } from "./frame.ts";
import type { Line, Looks, Segment } from "./looks.ts";
import { openForm } from "./open-form.ts";
import { type Effect, type Key, press } from "./press.ts";
import type { Action, Board, Drawing, ShownRun, Source } from "./source.ts";
import { BEGINNING, goBack, goTo, type Ui } from "./ui.ts";

interface ScreensProps {
  readonly source: Source;
  readonly looks: Looks;
  readonly now?: () => number;
  /** The run that is shown at first. */
  readonly run?: string | undefined;
}

/** While something runs, its bars grow. */
const TICK_MS = 250;
/** What is read is read at most so often, and seldomer when reading takes long. */
const LEAST_READ_MS = 100;
const READ_SHARE = 8;

/** All screens: draws what `source` has, and asks it for what keys want. */
export function Screens({ source, looks, now = Date.now, run: first }: ScreensProps) {
  const { exit } = useApp();
  const { columns, rows } = useWindowSize();
  const [ui, change] = useUi(first);
  const data = useData(source, ui);
  const sheet = { columns, rows, looks, now: useTicks(data.board, now) };
  const follow = (effect: Effect | undefined) => {
    if (effect?.is === "quit") exit();
    else if (effect?.is === "do")
      source.perform(effect.action).then(
        (done) => change((was) => afterwards(was, effect.action, toMessage(done, effect.action))),
        (error: unknown) => change((was) => refused(was, error)),
      );
    else if (effect?.is === "form")
      openForm(source, effect.purpose).then(
        (form) => change((was) => ({ ...was, form: { purpose: effect.purpose, form } })),
        (error: unknown) => change((was) => refused(was, error)),
      );
  };
  useInput((text, key) => {
    if (key.ctrl && text === "c") return exit();
    const { board, run } = data;
    const keys = toKeys(text, key);
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
  });
  return <Frame lines={toFrame({ ui, ...data, sheet })} hasColor={looks.hasColor} />;
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

function afterwards(was: Ui, action: Action, message: string): Ui {
  const closed = was.form && action.do !== "copy" && action.do !== "open" ? goBack(was) : was;
  return { ...closed, message };
}

function refused(was: Ui, error: unknown): Ui {
  const why = error instanceof Error ? error.message : String(error);
  return was.form
    ? { ...was, form: { ...was.form, form: { ...was.form.form, problem: why } } }
    : { ...was, message: why };
}

function Frame({ lines, hasColor }: { readonly lines: readonly Line[]; readonly hasColor: boolean }) {
  return (
    <Box flexDirection="column">
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place, it has no other name
        <Row key={i} line={line} hasColor={hasColor} />
      ))}
    </Box>
  );
}

function Row({ line, hasColor }: { readonly line: Line; readonly hasColor: boolean }) {
  return (
    <Text wrap="truncate">
      {line.length === 0 ? " " : line.map((segment, i) => toText(segment, i, hasColor))}
    </Text>
  );
}

function toText({ text, color, bold, dim, inverse }: Segment, i: number, hasColor: boolean) {
  const given = look({ color: hasColor ? color : undefined, bold, dimColor: dim, inverse });
  return (
    <Text key={i} {...given}>
      {text}
    </Text>
  );
}

/** What is not said is left out. */
function look(of: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined && value !== false));
}

interface Data {
  readonly board: Board | undefined;
  readonly run: ShownRun | undefined;
  readonly drawing: Drawing | undefined;
}

/** What the screen that is open shows, read again when something may be another thing. */
function useData(source: Source, ui: Ui): Data {
  const [data, setData] = useState<Data>({ board: undefined, run: undefined, drawing: undefined });
  const place = useRef(ui.place);
  const wake = useRef(() => {});
  const { is } = ui.place;
  const id = "id" in ui.place ? ui.place.id : "";
  place.current = ui.place;
  useEffect(() => {
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    let isReading = false;
    let isStale = false;
    let shown = "";
    const read = async () => {
      timer = undefined;
      [isReading, isStale] = [true, false];
      const startedAt = performance.now();
      const next = await readData(source, place.current).catch(() => undefined);
      isReading = false;
      if (isOver) return;
      // Nothing is drawn when nothing is another thing.
      const print = JSON.stringify(next);
      if (next && print !== shown) setData(next);
      shown = print;
      if (isStale) later((performance.now() - startedAt) * READ_SHARE);
    };
    const later = (ms: number) => {
      timer ??= setTimeout(() => void read(), Math.max(LEAST_READ_MS, ms));
    };
    wake.current = () => {
      if (isReading) isStale = true;
      else {
        clearTimeout(timer);
        void read();
      }
    };
    const end = source.subscribe(() => {
      if (isReading) isStale = true;
      else later(0);
    });
    return () => {
      isOver = true;
      clearTimeout(timer);
      end();
    };
  }, [source]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another screen shows other data
  useEffect(() => wake.current(), [is, id]);
  const isOf = data.run?.run.id === id || is === "score";
  return isOf ? data : { ...data, run: undefined };
}

async function readData(source: Source, place: Ui["place"]): Promise<Data> {
  const board = await source.board();
  if (place.is === "run") return { board, run: await source.run(place.id), drawing: undefined };
  if (place.is !== "score") return { board, run: undefined, drawing: undefined };
  const last = board.runs.find(({ score }) => score === place.id);
  const [run, drawing] = await Promise.all([
    last && source.run(last.id),
    source.drawing(place.id).catch(() => undefined),
  ]);
  return { board, run, drawing };
}

/** The time, which moves on only while something runs. */
function useTicks(board: Board | undefined, now: () => number): number {
  const [at, setAt] = useState(now);
  const isBusy = board?.runs.some(({ status }) => status === "running") ?? false;
  useEffect(() => {
    if (!isBusy) return;
    const timer = setInterval(() => setAt(now()), TICK_MS);
    return () => clearInterval(timer);
  }, [isBusy, now]);
  return Math.max(at, isBusy ? at : now());
}

/** What was pressed; several keys where they came together, as they do when somebody pastes. */
function toKeys(text: string, key: Parameters<Parameters<typeof useInput>[0]>[1]): Key[] {
  const named = NAMED.find(([name]) => key[name]);
  if (named) return [{ name: named[1], text: "" }];
  if (text === "" || key.ctrl || key.meta) return [];
  return [...text].map((one) => {
    if (one === "\r" || one === "\n") return { name: "enter", text: "" };
    if (one === "\u007f" || one === "\b") return { name: "backspace", text: "" };
    return one === "\t" ? { name: "tab", text: "" } : { name: "text", text: one };
  });
}

const NAMED = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
  ["pageUp", "pageUp"],
  ["pageDown", "pageDown"],
] as const;

const MOST_FRAMES = 30;

export interface OpenScreens {
  /** Resolves when somebody quits. */
  readonly isOver: Promise<unknown>;
  /** Gives the terminal back. */
  close(): void;
}

/** Draws the screens on this terminal, beside what stands there already. */
export function openScreens(props: ScreensProps): OpenScreens {
  const { waitUntilExit, unmount } = render(<Screens {...props} />, {
    alternateScreen: true,
    incrementalRendering: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: MOST_FRAMES,
    interactive: true,
  });
  return { isOver: waitUntilExit(), close: () => unmount() };
}
