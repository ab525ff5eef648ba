import { toShortCount, toUsd } from "../../support/money.ts";
import { toCell, toWrapped } from "../lines.ts";
import { type Line, plain } from "../looks.ts";
import type { Board, CheckpointItem } from "../source.ts";
import { selectedAt, type Ui } from "../ui.ts";
import { orchestraDetail, orchestraLine } from "./orchestras.ts";
import {
  heading,
  inColumns,
  type Sheet,
  shortId,
  standingOfRun,
  toDuration,
  toList,
  toSign,
  toWhen,
} from "./rows.ts";

/** An item of a list, and what it says when somebody searches. */
export interface Item {
  /** Made when it is seen: of thousands only a few are. */
  readonly line: () => Line;
  readonly words: string;
  readonly is: "score" | "agent" | "orchestra" | "run" | "checkpoint" | "problem" | "cost" | "log";
  /** Which of its kind. */
  readonly index: number;
}

/** What is in the list of a screen, without what a search leaves out. */
export function itemsOf(ui: Ui, board: Board, sheet: Sheet): Item[] {
  const search = ui.search.toLowerCase();
  return allItems(ui, board, sheet).filter(({ words }) => words.toLowerCase().includes(search));
}

function allItems({ place }: Ui, board: Board, sheet: Sheet): Item[] {
  switch (place.is) {
    case "workspace":
      return workspaceItems(board, sheet);
    case "runs":
      return runItems(board, sheet);
    case "score":
      return runItems(board, sheet).filter(({ index }) => board.runs[index]!.score === place.id);
    case "checkpoints":
      return board.checkpoints.map((one, index) => ({
        line: () =>
          inColumns([
            [one.title, Math.max(16, sheet.columns - 58)],
            [one.key, 16, { dim: true }],
            [shortId(one.run), 16, { dim: true }],
            [one.until === undefined ? "" : toWhen(one.until, sheet.now), 14, { color: "magenta" }],
          ]),
        words: `${one.title} ${one.key} ${one.run}`,
        is: "checkpoint",
        index,
      }));
    case "problems":
      return board.problems.map((one, index) => ({
        line: () => [
          {
            text: one.severity === "error" ? "error   " : "warning ",
            color: one.severity === "error" ? "red" : "yellow",
          },
          plain(`${one.file ?? ""}${one.line === undefined ? "" : `:${one.line}`}`, {
            dim: true,
            link: sheet.looks.hasLinks ? one.link : undefined,
          }),
          plain("  "),
          plain(`${one.code}  ${toCell(one.message, 200)}`),
        ],
        words: `${one.code} ${one.file} ${one.message}`,
        is: "problem",
        index,
      }));
    case "orchestras":
      return board.orchestras.map((one, index) => orchestraItem(one, index, sheet));
    case "costs":
      return costItems(board, sheet);
    case "logs":
      return board.logs.map((one, index) => ({
        line: () => [plain(`${clockOf(one.at)}  `, { dim: true }), plain(toCell(one.text, sheet.columns))],
        words: one.text,
        is: "log",
        index,
      }));
    case "run":
      return [];
    default:
      return place satisfies never;
  }
}

function workspaceItems(board: Board, sheet: Sheet): Item[] {
  const last = new Map(board.runs.toReversed().map((run) => [run.score, run]));
  const wide = Math.max(16, Math.min(40, sheet.columns - 50));
  return [
    ...board.scores.map((one, index): Item => {
      const run = last.get(one.id);
      const state: Line = run
        ? [
            toSign(standingOfRun(run.status), sheet.looks),
            plain(` ${toWhen(run.createdAt, sheet.now)}`, { dim: true }),
          ]
        : [plain("never run", { dim: true })];
      return {
        line: () => [
          ...inColumns([
            ["score", 9, { dim: true }],
            [one.id, wide],
            [`${one.nodes} node${one.nodes === 1 ? "" : "s"}`, 11, { dim: true }],
          ]),
          ...(one.errors > 0
            ? [
                plain(`${one.errors} error${one.errors === 1 ? "" : "s"}  `, {
                  color: "red",
                }),
              ]
            : []),
          ...state,
        ],
        words: `${one.id} ${one.title} ${one.file}`,
        is: "score",
        index,
      };
    }),
    ...board.agents.map(
      (one, index): Item => ({
        line: () =>
          inColumns([
            ["agent", 9, { dim: true }],
            [one.id, wide],
            [one.model, 30, { dim: true }],
          ]),
        words: `${one.id} ${one.model}`,
        is: "agent",
        index,
      }),
    ),
    ...board.orchestras.map((one, index) => orchestraItem(one, index, sheet)),
  ];
}

function orchestraItem(one: Board["orchestras"][number], index: number, sheet: Sheet): Item {
  return {
    line: () => orchestraLine(one, sheet),
    words: `${one.id} ${one.deployed?.name ?? one.name} ${one.score} ${one.deployed?.tag ?? ""}`,
    is: "orchestra",
    index,
  };
}

function runItems(board: Board, sheet: Sheet): Item[] {
  return board.runs.map((run, index) => {
    const { id, score, status, createdAt, startedAt, endedAt } = run;
    const ms = startedAt === null ? undefined : (endedAt ?? sheet.now) - startedAt;
    return {
      line: () => [
        toSign(standingOfRun(status), sheet.looks),
        ...inColumns([
          [` ${status}`, 11],
          [score, Math.max(14, Math.min(40, sheet.columns - 59))],
          [shortId(id), 16, { dim: true }],
          [ms === undefined ? "" : toDuration(ms), 10],
          [toWhen(createdAt, sheet.now), 12, { dim: true }],
        ]),
      ],
      words: `${id} ${score} ${status}`,
      is: "run",
      index,
    };
  });
}

function costItems(board: Board, sheet: Sheet): Item[] {
  const most = Math.max(1, ...board.costs.map(({ microUsd }) => microUsd));
  const room = Math.max(8, Math.min(40, sheet.columns - 60));
  return board.costs.map((one, index) => ({
    line: () => [
      ...inColumns([
        [one.name, 24],
        [one.unpriced === one.calls ? "?" : toUsd(one.microUsd), 10, { color: "green" }],
        [`${toShortCount(one.inputTokens + one.outputTokens)} tokens`, 14, { dim: true }],
      ]),
      plain("█".repeat(Math.round((one.microUsd / most) * room)), { color: "cyan" }),
    ],
    words: one.name,
    is: "cost",
    index,
  }));
}

function clockOf(at: number): string {
  return new Date(at).toTimeString().slice(0, "00:00:00".length);
}

const EMPTY: Readonly<Record<string, string>> = {
  workspace: "There is no score yet: write one in scores/, or begin with an example: maestro init . --force",
  runs: "Nothing has been run yet: r on a score runs it.",
  checkpoints: "Nobody is asked anything.",
  problems: "No problems.",
  orchestras: "There is no orchestra: orchestras/ is where a score is given a schedule.",
  costs: "No model was asked.",
  logs: "Nothing has been logged.",
};

/** Nobody who sees no problem is to think that the types are right. */
const UNTYPED = "without types: maestro validate";

const TITLES: Readonly<Record<string, string>> = {
  workspace: "Workspace",
  runs: "Runs",
  checkpoints: "Checkpoints",
  problems: "Problems",
  orchestras: "Orchestras",
  costs: "Costs",
  logs: "Logs",
};

/** A screen that is a list, with what is said of the item that is selected. */
export function listScreen(ui: Ui, board: Board, sheet: Sheet): Line[] {
  const items = itemsOf(ui, board, sheet);
  const selected = selectedAt(ui, items.length);
  const detail = detailOf(items[selected], board, sheet);
  const search = ui.search === "" && !ui.isSearching ? "" : `/${ui.search}${ui.isSearching ? "▌" : ""}`;
  const more = search === "" && ui.place.is === "problems" && !board.hasTypes ? UNTYPED : search;
  const head = heading(TITLES[ui.place.is]!, `${items.length}${more === "" ? "" : `  ${more}`}`);
  if (items.length === 0) {
    const isCompiling = ui.place.is === "workspace" && board.owner === "compiling";
    const empty = isCompiling ? "Compiling the workspace." : EMPTY[ui.place.is]!;
    const nothing = ui.search === "" ? empty : "Nothing is called that.";
    return [head, [], ...toWrapped(nothing, sheet.columns).map((line) => [plain(line, { dim: true })])];
  }
  const rows = sheet.rows - 1 - (detail.length > 0 ? detail.length + 1 : 0);
  const list = toList(
    items.map(({ line }) => line),
    selected,
    { ...sheet, rows },
  );
  return detail.length === 0 ? [head, ...list] : [head, ...list, [], ...detail];
}

/** What is worth more than its line. */
function detailOf(item: Item | undefined, board: Board, sheet: Sheet): Line[] {
  const most = Math.max(0, Math.floor(sheet.rows / 2) - 1);
  if (item?.is === "problem")
    return board.problems[item.index]!.text.split("\n")
      .slice(0, most)
      .map((text) => [plain(text)]);
  if (item?.is === "orchestra")
    return orchestraDetail(board.orchestras[item.index]!, board.isScheduled, sheet).slice(0, most);
  if (item?.is === "checkpoint") {
    const asked = board.checkpoints[item.index]!;
    const { assignee } = asked;
    return [
      ...(assignee === undefined ? [] : [[plain(`for ${assignee}`, { dim: true })]]),
      ...shownLines(asked).slice(0, most),
    ];
  }
  return [];
}

/** What somebody who is asked has to see. */
export function shownLines({ show }: CheckpointItem): Line[] {
  const text = typeof show === "string" ? show : (JSON.stringify(show, undefined, 2) ?? "");
  return text.split("\n").map((line) => [plain(line)]);
}
