import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { widthOf } from "../../src/diagnostics/print/width-of.ts";
import { toForm } from "../../src/tui/form.ts";
import { type Drawn, toFrame } from "../../src/tui/frame.ts";
import { type Line, plain } from "../../src/tui/looks.ts";
import { Painter } from "../../src/tui/paint.ts";
import type { ShownRun } from "../../src/tui/source.ts";
import { BEGINNING, goTo, type Place, TABS, type Ui } from "../../src/tui/ui.ts";
import { ASKING, BOARD, DETAIL, DRAWING, NOW, STEPPED } from "./sample.ts";

const UPDATE = process.env.UPDATE_GOLDEN === "1";

const LOOKS = { hasColor: true, isUnicode: true, hasLinks: false };

function frame(ui: Ui, sheet: Partial<Drawn["sheet"]> = {}, of: Partial<Drawn> = {}): string[] {
  const { columns = 80, rows = 24, looks = LOOKS } = sheet;
  const drawn = {
    ui,
    board: BOARD,
    run: DETAIL,
    drawing: DRAWING,
    ...of,
    sheet: { columns, rows, looks, now: NOW },
  };
  return toFrame(drawn).map((line) =>
    line
      .map(({ text }) => text)
      .join("")
      .trimEnd(),
  );
}

const PLACES: readonly (readonly [name: string, place: Place])[] = [
  ...TABS.filter((tab) => tab !== "logs").map((is) => [is, { is }] as const),
  ["score", { is: "score", id: "cold-leads" }],
  ["run", { is: "run", id: DETAIL.run.id }],
];
const FOLDED = {
  picture: [],
  list: [],
  levels: Array.from({ length: 900 }, (_, i) => (i % 3 === 0 ? [`n${i}`, `m${i}`] : [`n${i}`])),
};
/** What is drawn besides the plain screens: what is another thing there, and where. */
const MORE: readonly (readonly [name: string, place: Place, of: Partial<Drawn>])[] = [
  ["run-asking", { is: "run", id: ASKING.run.id }, { run: ASKING }],
  ["score-folded", { is: "score", id: "cold-leads" }, { drawing: FOLDED }],
  ["run-stepped", { is: "run", id: STEPPED.run.id }, { run: STEPPED }],
];
const SIZES = [
  [80, 24],
  [200, 60],
] as const;

const ALL = [...PLACES.map(([name, place]) => [name, place, {}] as const), ...MORE];

test.each(SIZES.flatMap((size) => ALL.map(([name, place, of]) => [name, ...size, place, of] as const)))(
  "the screen %s at %i×%i shows what stands in its golden frame",
  (name, columns, rows, place, of) => {
    const file = fileURLToPath(new URL(`frames/${name}-${columns}x${rows}.txt`, import.meta.url));

    const text = `${frame(goTo(BEGINNING, place), { columns, rows }, of).join("\n")}\n`;

    if (UPDATE) writeFileSync(file, text);
    expect(text).toBe(existsSync(file) ? readFileSync(file, "utf8") : "");
  },
);

test.each([...MORE, ["orchestras", { is: "orchestras" }, {}] as const])(
  "the screen %s in ASCII shows what stands in its golden frame",
  (name, place, of) => {
    const file = fileURLToPath(new URL(`frames/${name}-ascii.txt`, import.meta.url));
    const looks = { hasColor: false, isUnicode: false, hasLinks: false };

    const text = `${frame(goTo(BEGINNING, place), { looks }, of).join("\n")}\n`;

    if (UPDATE) writeFileSync(file, text);
    expect(text).toBe(existsSync(file) ? readFileSync(file, "utf8") : "");
  },
);

test("without colours a frame is written with none, and what is bold or dim still is", () => {
  const written = (hasColor: boolean) => {
    let text = "";
    const painter = new Painter((more) => (text += more), hasColor);
    const lines = [[plain("failed", { color: "red", bold: true }), plain("later", { dim: true })]];
    painter.paint({ lines, columns: 80, rows: 24 });
    return text;
  };

  expect(written(true)).toContain("\u001b[1;31mfailed\u001b[0m\u001b[2mlater");
  expect(written(false)).toContain("\u001b[1mfailed\u001b[0m\u001b[2mlater");
});

test.each([...SIZES, [40, 12] as const])(
  "no screen at %i×%i has a line too many, or one that is too wide",
  (columns, rows) => {
    for (const [, place, of] of ALL) {
      const lines = frame(goTo(BEGINNING, place), { columns, rows }, of);
      expect(lines.length).toBeLessThanOrEqual(rows);
      expect(Math.max(...lines.map((line) => widthOf(line)))).toBeLessThanOrEqual(columns);
    }
  },
);

test("a terminal that knows no other characters is shown ASCII alone", () => {
  const looks = { hasColor: false, isUnicode: false, hasLinks: false };
  for (const [, place, of] of ALL) {
    const text = frame(goTo(BEGINNING, place), { looks }, of).join("\n");
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  }
});

test("where TypeScript is not asked, the problems are said to be without what it says", () => {
  const problems = (hasTypes: boolean) =>
    frame(
      goTo(BEGINNING, { is: "problems" }),
      { columns: 50 },
      { board: { ...BOARD, hasTypes, problems: [] } },
    );

  expect(problems(true)[2]).toBe("Problems  0");
  expect(problems(false)[2]).toBe("Problems  0  without types: maestro validate");
});

test("what a screen with nothing on it says is broken between words where the terminal is narrow", () => {
  const board = { ...BOARD, scores: [], agents: [], orchestras: [] };

  expect(frame(BEGINNING, { columns: 40 }, { board }).slice(4, 7)).toEqual([
    "There is no score yet: write one in",
    "scores/, or begin with an example:",
    "maestro init . --force",
  ]);
});

test("what a colour says is said by a sign as well", () => {
  const [, , , , ...lines] = frame(goTo(BEGINNING, { is: "runs" }));

  expect(lines.join("\n")).toMatch(/✗ failed[\s\S]*✓ completed/);
});

test("a terminal that is too small is told so, in one line", () => {
  expect(frame(BEGINNING, { columns: 30, rows: 8 })).toEqual(["too small: needs 40×12"]);
});

test("a narrow terminal is shown which screen is open, and where all keys are", () => {
  for (const [i, is] of TABS.entries()) {
    const lines = frame(goTo(BEGINNING, { is }), { columns: 40, rows: 12 });
    expect(lines[0]).toMatch(new RegExp(`^ [\\w ]*${i + 1} ${is}`, "i"));
    expect(lines.at(-1)).toMatch(/\? help$/);
  }
});

test("what others wrote cannot move the cursor, nor leave its line", () => {
  const run = { ...DETAIL, error: { message: "no\u001b[2J\nway\u0007" } };

  const text = frame(goTo(BEGINNING, { is: "run", id: run.run.id }), {}, { run }).join("\n");

  expect(text).toContain("no");
  expect([...text].filter((one) => one < " " && one !== "\n")).toEqual([]);
});

/** Turns the writing direction, erases the screen, rings, and is wider than it is long. */
const HOSTILE = "\u001b[2J\u202e\u0007\r\u009b1;1H漢字👩‍👩‍👧🇩🇪e\u0301";
const OBEYED = /\p{Cc}|\p{Bidi_Control}/u;
/** What cannot be anything else than it may be. */
const CHECKED = new Set(["status", "severity", "kind", "is", "link", "timezone"]);
const BY_NAME = new Set(["inside", "spent", "texts", "sizes", "progress", "learnings"]);

/** The same with all that others may have written written by somebody who means no good. */
function hostile<T>(value: T, name = ""): T {
  if (typeof value === "string") return (CHECKED.has(name) ? value : `${value}${HOSTILE}`) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => hostile(one)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    BY_NAME.has(name) ? `${key}${HOSTILE}` : key,
    hostile(inner as unknown, key),
  ]);
  return Object.fromEntries(entries) as T;
}

test("whatever names, values and words are, nothing in a frame is obeyed by a terminal, and no line is too wide", () => {
  const [board, drawing] = [hostile(BOARD), hostile(DRAWING)];
  const purpose = { for: "run", score: "x" } as const;
  const form = {
    ...toForm(`Run ${HOSTILE}`, hostile({ properties: { n: { type: "string" } } })),
    problem: HOSTILE,
  };
  const more: Partial<Ui>[] = [
    {},
    { isDiff: true },
    { message: HOSTILE },
    { isSearching: true, search: HOSTILE },
    { palette: HOSTILE },
    { form: { purpose, form } },
  ];
  for (const isUnicode of [true, false])
    for (const { columns, rows } of [
      { columns: 80, rows: 24 },
      { columns: 50, rows: 12 },
    ])
      for (const [, place, of] of ALL) {
        const run = hostile((of as Partial<Drawn>).run ?? DETAIL);
        const at = "id" in place ? { ...place, id: hostile(place.id) } : place;
        for (const ui of more.map((one) => ({ ...goTo(BEGINNING, at), ...one }))) {
          const looks = { hasColor: true, isUnicode, hasLinks: true };
          const lines = frame(ui, { columns, rows, looks }, { board, drawing, run });
          for (const line of lines) expect(line).not.toMatch(OBEYED);
          expect(Math.max(...lines.map((line) => widthOf(line)))).toBeLessThanOrEqual(columns);
        }
      }
});

test("a list of ten thousand runs is drawn around the one that is selected", () => {
  const runs = Array.from({ length: 10_000 }, (_, i) => ({
    ...BOARD.runs[0]!,
    id: `run_${String(i).padStart(5, "0")}`,
  }));
  const ui = { ...goTo(BEGINNING, { is: "runs" }), at: { runs: 5_000 } };

  const text = frame(ui, {}, { board: { ...BOARD, runs } }).join("\n");

  expect(text).toContain("▶ ◆ waiting");
  expect(text).toContain("run_05000");
  expect(text).not.toContain("run_09999");
});

test("a form shows its fields, what they take, and what is wrong", () => {
  const schema = {
    type: "object",
    properties: { max: { type: "number" }, tone: { enum: ["short", "warm"] } },
    required: ["max"],
  };
  const form = { ...toForm("Run cold-leads", schema), problem: "max has to be a number" };
  const ui: Ui = { ...BEGINNING, form: { purpose: { for: "run", score: "cold-leads" }, form } };

  expect(frame(ui).slice(2, 8)).toEqual([
    "Run cold-leads",
    "",
    "▶ max*      ▌",
    "  tone      (none)  short | warm",
    "",
    "max has to be a number",
  ]);
});

test("a map that is under way, which has no row of its own yet, is one line that counts its items", () => {
  const steps = DETAIL.steps.filter(({ key }) => key !== "drafts");
  const shown = (run: ShownRun) =>
    frame(goTo(BEGINNING, { is: "run", id: DETAIL.run.id }), {}, { run }).filter((line) =>
      line.includes("drafts"),
    );

  expect(shown({ ...DETAIL, steps })).toEqual([expect.stringMatching(/● drafts .* 3 done 1 failed$/)]);
  const live = { texts: {}, progress: {}, sizes: { drafts: 4 } };
  expect(shown({ ...DETAIL, steps, live })).toEqual([expect.stringMatching(/█░+ 3\/4 1 failed$/)]);
});

test("a step that asks a model shows what it says as it comes, what it cost, and what was decided about it", () => {
  const text = frame(
    goTo(BEGINNING, { is: "run", id: ASKING.run.id }),
    { columns: 120, rows: 40 },
    { run: ASKING },
  ).join("\n");

  expect(text).toContain("running  1 min 1 s  22K tokens · $0.04");
  expect(text).toMatch(/says {2}about 1\.0K tokens so far\nDear Ada, I write to you because/);
  expect(text).toContain("asks  anthropic/claude-sonnet, then local/llama (balanced)");
  expect(text).toContain("attempt 1: failed, the service is busy");
  expect(text).toContain("decided  retry: the service comes back mostly (0.9)");
  expect(text).toContain("known  The service is busy on Fridays.");
});

/** 10,000 nodes in a row, then 10,000 beside each other. */
const TALL = { picture: [], list: [], levels: Array.from({ length: 10_000 }, (_, i) => [`n${i}`]) };
const WIDE = { picture: [], list: [], levels: [Array.from({ length: 10_000 }, (_, i) => `n${i}`)] };

test.each([
  ["in a row", TALL, /levels 0 to \d+: \d+ nodes {2}/],
  ["beside each other", WIDE, /level 0: 10000 nodes {2}✓ 4000 {2}/],
])("a score of 10,000 nodes %s is drawn folded, with how many of them stand how", (_, drawing, expected) => {
  const steps = Array.from({ length: 4_000 }, (_unused, i) => ({ ...DETAIL.steps[0]!, key: `n${i}` }));
  const run = { ...DETAIL, steps };

  for (const [columns, rows] of SIZES) {
    const lines = frame(
      goTo(BEGINNING, { is: "score", id: "cold-leads" }),
      { columns, rows },
      { drawing, run },
    );

    expect(lines.join("\n")).toMatch(expected);
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(Math.max(...lines.map((line) => widthOf(line)))).toBeLessThanOrEqual(columns);
    const counts = [...lines.join("\n").matchAll(/✓ (\d+)/g)].map(([, count]) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4_000);
  }
});

test("another frame of a score of 10,000 nodes looks at none of those that are not seen", () => {
  let looks = 0;
  const names = new Proxy(WIDE.levels[0]!, {
    get(target, key, receiver) {
      if (typeof key === "string" && /^\d+$/.test(key)) looks++;
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
  const drawing = { ...WIDE, levels: [names] };
  const draw = () => frame(goTo(BEGINNING, { is: "score", id: "cold-leads" }), {}, { drawing });
  draw();
  const atFirst = looks;

  draw();

  expect(atFirst).toBeGreaterThanOrEqual(10_000);
  expect(looks - atFirst).toBeLessThan(100);
});

test("a score that was never right is said to be broken, and where to look", () => {
  const scores = [{ id: "new", file: "scores/new.ts", nodes: 0, errors: 2 }];

  const text = frame(
    goTo(BEGINNING, { is: "score", id: "new" }),
    {},
    { board: { ...BOARD, scores }, drawing: undefined },
  ).join("\n");

  expect(text).toMatch(
    /new {2}scores\/new.ts {2}broken\nIt can be played when what 4 Problems says is mended/,
  );
});

test("a finding's place is a link where the terminal opens those, and plain text elsewhere", () => {
  const written = (hasLinks: boolean) => {
    let text = "";
    const painter = new Painter((more) => (text += more), false);
    const [columns, rows] = SIZES[0];
    const looks = { ...LOOKS, hasLinks };
    const ui = goTo(BEGINNING, { is: "problems" });
    painter.paint({
      lines: toFrame({
        ui,
        board: BOARD,
        run: undefined,
        drawing: undefined,
        sheet: { columns, rows, looks, now: NOW },
      }),
      columns,
      rows,
    });
    return text;
  };

  expect(written(true)).toContain("\u001b]8;;file:///scores/weekly-report.ts\u001b\\");
  expect(written(false)).not.toContain("\u001b]8");
});

test("while nothing happens, what is said of how long ago something was is written once a minute, and then once an hour", () => {
  let written = 0;
  const painter = new Painter(() => written++, true);
  const writesFrom = (now: number) => {
    written = 0;
    for (let at = now; at < now + 3_600_000; at += 30_000) {
      const sheet = { columns: 80, rows: 24, looks: LOOKS, now: at };
      const drawn = {
        ui: goTo(BEGINNING, { is: "runs" } as const),
        board,
        run: undefined,
        drawing: undefined,
        sheet,
      };
      painter.paint({ lines: toFrame(drawn), columns: 80, rows: 24 });
    }
    return written;
  };
  const board = { ...BOARD, runs: BOARD.runs.filter(({ endedAt }) => endedAt !== null).slice(0, 1) };
  const { createdAt } = board.runs[0]!;

  expect(writesFrom(createdAt + 60_000)).toBeLessThanOrEqual(61);
  expect(writesFrom(createdAt + 2 * 3_600_000)).toBeLessThanOrEqual(2);
});

test("of another frame only the lines are written that are another thing", () => {
  const written: string[] = [];
  const painter = new Painter((text) => written.push(text), true);
  const lines = (second: string): Line[] => [
    [plain("first")],
    [plain(second, { color: "red" })],
    [plain("third")],
  ];

  painter.paint({ lines: lines("second"), columns: 80, rows: 24 });
  painter.paint({ lines: lines("second"), columns: 80, rows: 24 });
  painter.paint({ lines: lines("other"), columns: 80, rows: 24 });

  expect(written).toHaveLength(2);
  expect(written[1]).toContain("\u001b[31mother");
  expect(written[1]).not.toMatch(/first|third/);

  painter.hold();
  painter.paint({ lines: lines("unseen"), columns: 80, rows: 24 });
  painter.takeBack();
  painter.paint({ lines: lines("unseen"), columns: 80, rows: 24 });
  expect(written).toHaveLength(3);
  expect(written[2]).toMatch(/first[\s\S]*unseen[\s\S]*third/);
});
