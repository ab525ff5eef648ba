import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { widthOf } from "../../src/diagnostics/print/width-of.ts";
import { toForm } from "../../src/tui/form.ts";
import { type Drawn, toFrame } from "../../src/tui/frame.ts";
import { BEGINNING, goTo, type Place, TABS, type Ui } from "../../src/tui/ui.ts";
import { BOARD, DETAIL, DRAWING, NOW, STEPPED } from "./sample.ts";

const UPDATE = process.env.UPDATE_GOLDEN === "1";

const LOOKS = { hasColor: true, isUnicode: true };

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
/** What is drawn besides the plain screens: what is another thing there, and where. */
const MORE: readonly (readonly [name: string, place: Place, of: Partial<Drawn>])[] = [
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

test.each(SIZES)("no screen at %i×%i has a line too many, or one that is too wide", (columns, rows) => {
  for (const [, place, of] of ALL) {
    const lines = frame(goTo(BEGINNING, place), { columns, rows }, of);
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(Math.max(...lines.map((line) => widthOf(line)))).toBeLessThanOrEqual(columns);
  }
});

test("a terminal that knows no other characters is shown ASCII alone", () => {
  const looks = { hasColor: false, isUnicode: false };
  for (const [, place, of] of ALL) {
    const text = frame(goTo(BEGINNING, place), { looks }, of).join("\n");
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  }
});

test("what a colour says is said by a sign as well", () => {
  const [, , , , ...lines] = frame(goTo(BEGINNING, { is: "runs" }));

  expect(lines.join("\n")).toMatch(/✗ failed[\s\S]*✓ completed/);
});

test("a terminal that is too small is told so, in one line", () => {
  expect(frame(BEGINNING, { columns: 30, rows: 8 })).toEqual(["too small: needs 50×12"]);
});

test("what others wrote cannot move the cursor, nor leave its line", () => {
  const run = { ...DETAIL, error: { message: "no\u001b[2J\nway\u0007" } };

  const text = frame(goTo(BEGINNING, { is: "run", id: run.run.id }), {}, { run }).join("\n");

  expect(text).toContain("no");
  expect([...text].filter((one) => one < " " && one !== "\n")).toEqual([]);
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

  const lines = frame(goTo(BEGINNING, { is: "run", id: DETAIL.run.id }), {}, { run: { ...DETAIL, steps } });

  expect(lines.filter((line) => line.includes("drafts"))).toEqual([
    expect.stringMatching(/● drafts .* 3 done 1 failed$/),
  ]);
});
