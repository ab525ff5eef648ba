import { widthOf } from "../diagnostics/print/width-of.ts";
import { toVisible } from "../support/to-visible.ts";
import { commandOf } from "./command-of.ts";
import { type Field, type Form, isTyped } from "./form.ts";
import { cutLine, toCell, toCellAtEnd, toColumn, toTypedCell, widthOfLine } from "./lines.ts";
import { type Line, plain, toShown } from "./looks.ts";
import { completionsOf } from "./palette.ts";
import { listScreen, shownLines } from "./screens/lists.ts";
import { heading, type Sheet } from "./screens/rows.ts";
import { runScreen } from "./screens/run.ts";
import { scoreScreen } from "./screens/score.ts";
import type { Board, Drawing, ShownRun } from "./source.ts";
import { type Purpose, TABS, type Ui } from "./ui.ts";

/** Everything that is drawn. */
export interface Drawn {
  readonly ui: Ui;
  readonly board: Board | undefined;
  readonly run: ShownRun | undefined;
  /** Of the score that is shown. */
  readonly drawing: Drawing | undefined;
  /** Why what is shown may not be what is. */
  readonly problem?: string | undefined;
  readonly sheet: Sheet;
}

const LEAST = { columns: 40, rows: 12 };
/** The tabs above; a message and keys below. */
const AROUND = 4;

/** The room between the tabs and the line of keys. */
export function toBodySheet(sheet: Sheet): Sheet {
  return { ...sheet, rows: sheet.rows - AROUND };
}

/** The whole screen: as many lines as it has rows, none wider than it is. */
export function toFrame(drawn: Drawn): Line[] {
  const { ui, board, sheet } = drawn;
  const { columns, rows, looks } = sheet;
  if (columns < LEAST.columns || rows < LEAST.rows)
    return [[plain(toCell(`too small: needs ${LEAST.columns}×${LEAST.rows}`, columns))]];
  const body = (board ? bodyOf(drawn, board) : [[plain("reading the workspace", { dim: true })]]).slice(
    0,
    rows - AROUND,
  );
  const filled = [...body, ...Array.from({ length: rows - AROUND - body.length }, (): Line => [])];
  const isStepped = ui.place.is === "run" && drawn.run?.stepping !== undefined;
  const last = [messageLine(ui, drawn.problem, columns), keysLine(ui, isStepped, columns)];
  const lines = [tabsLine(ui, board, sheet), [], ...filled, ...last];
  return lines.map((line) => toSafe(cutLine(toSafe(line, looks), columns), looks));
}

/** What the terminal can show, and nothing that it would obey, whoever wrote it: what was cut has a sign of its own. */
function toSafe(line: Line, looks: Sheet["looks"]): Line {
  return line.map((segment) => ({ ...segment, text: toShown(toVisible(segment.text), looks) }));
}

function bodyOf({ ui, run, drawing, sheet }: Drawn, board: Board): Line[] {
  const body = toBodySheet(sheet);
  if (ui.isHelp) return helpLines();
  if (ui.form) return [...formLines(ui.form.form, body), ...askedLines(ui.form.purpose, board)];
  if (ui.palette !== undefined) return paletteLines(ui.palette, board, body);
  if (ui.isDiff) return diffLines(board, body);
  switch (ui.place.is) {
    case "run":
      return runScreen(ui, run, body);
    case "score":
      return scoreScreen(ui, board, { drawing, last: run }, body);
    default:
      return listScreen(ui, board, body);
  }
}

const NAMES = ["Workspace", "Runs", "Checkpoints", "Problems", "Orchestras", "Costs", "Logs"];

function tabsLine({ place }: Ui, board: Board | undefined, { columns }: Sheet): Line {
  const counts: Readonly<Record<string, number | undefined>> = {
    checkpoints: board?.checkpoints.length,
    problems: board?.problems.length,
  };
  const open = "id" in place ? (place.is === "score" ? "workspace" : "runs") : place.is;
  /** @param most letters of the names of those that are not open; none and they are numbers. */
  const tabs = (most: number): Line =>
    TABS.flatMap((tab, i) => {
      const name = tab === open ? NAMES[i]! : NAMES[i]!.slice(0, most);
      const count = counts[tab] ? ` ${counts[tab]}` : "";
      const text = name === "" ? `${i + 1}` : `${i + 1} ${name}${count}`;
      const look =
        tab === open
          ? { inverse: true, bold: true }
          : tab === "problems" && count
            ? { color: "red" as const }
            : {};
      return [plain(" "), plain(text, look)];
    });
  const drawn = [Number.POSITIVE_INFINITY, 5].map(tabs);
  const line = drawn.find((one) => widthOfLine(one) <= columns) ?? tabs(0);
  const name = board ? `${board.name}  ${board.owner}` : "";
  const left = columns - widthOfLine(line) - 2;
  return left > 8 ? [...line, plain(`  ${toCell(name, left)}`, { dim: true })] : line;
}

function messageLine(
  { message, isSearching, search }: Ui,
  problem: string | undefined,
  columns: number,
): Line {
  if (isSearching) return [plain(`/${toCellAtEnd(search, columns - 2)}▌`)];
  if (message === "" && problem !== undefined) return [plain(toCell(problem, columns), { color: "red" })];
  return [plain(toCell(message, columns), { color: "yellow" })];
}

function keysLine(ui: Ui, isStepped: boolean, columns: number): Line {
  const keys = keysOf(ui, isStepped).split("  ");
  // Who does not see all of them is shown where they are.
  while (keys.length > 1 && widthOf(keys.join("  ")) > columns)
    keys.splice(
      keys.findLastIndex((key) => key !== HELP_KEY),
      1,
    );
  return [plain(toCell(keys.join("  "), columns), { dim: true })];
}

const HELP_KEY = "? help";

function keysOf({ place, form, palette, isSearching }: Ui, isStepped: boolean): string {
  if (form) return "Enter does it  ↑↓ field  ←→ in it  Space next choice  Esc leaves it";
  if (palette !== undefined) return "Enter does it  Tab completes  ↑ the last one  Esc leaves it";
  if (isSearching) return "Enter keeps it  Esc leaves it";
  switch (place.is) {
    case "run":
      return isStepped
        ? "n next  o its output  b other case  g go on  ↑↓ step  p pause  c cancel  ? help"
        : "↑↓ step  p pause  s step  o output  c cancel  R rerun  Esc back  ? help";
    case "score":
      return "r run  s step  Enter run's steps  d changes  Esc back  : command  ? help";
    case "orchestras":
      return "e enable  p pause  r run now  o override  u take back  / search  ? help  q quit";
    case "checkpoints":
      return "Enter answer  / search  : command  ? help  q quit";
    case "problems":
      return "Enter open  / search  y copy  : command  ? help  q quit";
    case "runs":
      return "Enter look  r run  p pause  c cancel  R rerun  / search  : command  ? help  q quit";
    default:
      return "Enter look  r run  s step  d changes  / search  : command  ? help  q quit";
  }
}

const HELP: readonly (readonly [key: string, what: string])[] = [
  ["1 to 7, Tab", "screens"],
  ["↑ ↓ j k, PgUp PgDn", "select"],
  ["Enter, Esc", "look into it; back"],
  ["/", "search"],
  [":", "a command: run, show, score, pause, resume, cancel, rerun, quit"],
  ["r", "run a score, with a form for its input"],
  ["p", "pause a run, or let it go on"],
  ["c c", "cancel a run"],
  ["R", "run again from the step that is selected"],
  ["s", "run a score, or go on with a paused run, step by step"],
  ["n o b g", "step by step: play the next, give its output, take the other case, play on"],
  ["o", "of a step that was played: run again with another output"],
  ["e p r o u", "an orchestra: enable, pause, run now, override, take back"],
  ["d", "what the last saves changed"],
  ["y", "copy"],
  ["q", "quit: what is under way is stopped, and goes on the next time"],
];

function helpLines(): Line[] {
  return [
    heading("Keys"),
    [],
    ...HELP.map(([key, what]): Line => [plain(toColumn(key, 20), { bold: true }), plain(what)]),
    [],
    [plain("Each of these is a command, too: it is shown when it is done.", { dim: true })],
  ];
}

function diffLines({ changes }: Board, { rows }: Sheet): Line[] {
  const shown = changes.slice(-(rows - 2));
  const nothing: Line = [plain("Nothing was saved since it was started.", { dim: true })];
  return [
    heading("Changes"),
    [],
    ...(shown.length === 0 ? [nothing] : shown.map((line): Line => [plain(line)])),
  ];
}

function paletteLines(line: string, board: Board, { columns }: Sheet): Line[] {
  return [
    [plain(`:${toCellAtEnd(line, columns - 2)}▌`, { bold: true })],
    [],
    ...completionsOf(line, board).map((one): Line => [plain(`  ${one}`, { dim: true })]),
  ];
}

function formLines(form: Form, sheet: Sheet): Line[] {
  const wide = Math.min(30, Math.max(8, ...form.fields.map(({ name }) => name.length + 1)));
  const fields = form.fields.map((field, i) =>
    fieldLine(field, { cursor: i === form.at ? form.cursor : undefined, wide, sheet }),
  );
  const none: Line = [plain("It takes no input: Enter does it.", { dim: true })];
  return [
    heading(form.title),
    [],
    ...(fields.length === 0 ? [none] : fields),
    ...(form.problem === undefined ? [] : [[], ...problemLines(form.problem)]),
  ];
}

function problemLines(problem: string): Line[] {
  return problem.split("\n").map((line) => [plain(line, { color: "red" })]);
}

/** Of a checkpoint, what is decided about. */
function askedLines(purpose: Purpose, { checkpoints }: Board): Line[] {
  if (purpose.for !== "decide") return [];
  const asked = checkpoints.find(({ run, key }) => run === purpose.run && key === purpose.step);
  return asked ? [[], [plain(asked.title, { bold: true })], ...shownLines(asked)] : [];
}

interface FieldAt {
  /** Where something is typed in it, when it is selected. */
  readonly cursor: number | undefined;
  readonly wide: number;
  readonly sheet: Sheet;
}

function fieldLine(field: Field, { cursor, wide, sheet }: FieldAt): Line {
  const { name, kind, isRequired, description, choices } = field;
  const isAt = cursor !== undefined;
  const mark = isAt ? (sheet.looks.isUnicode ? "▶ " : "> ") : "  ";
  const hint =
    kind === "choice" ? choices.map(String).join(" | ") : kind === "json" ? "JSON" : (description ?? "");
  return [
    plain(mark, { bold: true }),
    plain(toColumn(`${name || "value"}${isRequired ? "*" : ""}`, wide), { bold: isAt }),
    plain("  "),
    ...valueCells(field, cursor, Math.max(10, sheet.columns - wide - 30)),
    plain(hint === "" ? "" : `  ${hint}`, { dim: true }),
  ];
}

function valueCells(field: Field, cursor: number | undefined, room: number): Line {
  if (cursor === undefined) return [plain(toCell(shownOf(field), room))];
  if (!isTyped(field)) return [plain(toCell(shownOf(field), room), { inverse: true })];
  const { before, under, after } = toTypedCell(field.text, cursor, room);
  return under === ""
    ? [plain(`${before}▌`)]
    : [plain(before), plain(under, { inverse: true }), plain(after)];
}

function shownOf({ kind, text }: Field): string {
  if (kind === "boolean") return text === "" ? "(yes or no)" : text === "true" ? "yes" : "no";
  return kind === "choice" && text === "" ? "(none)" : text;
}

/** What is said when something was done, or could not be. */
export function toMessage(done: string, action: Parameters<typeof commandOf>[0]): string {
  const command = commandOf(action);
  return command === "" ? done : `${done}  $ ${command}`;
}
