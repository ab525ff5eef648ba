import { render } from "ink-testing-library";
import { afterEach, expect, test } from "vitest";
import { LogRing } from "../../src/cli/dev/log-ring.ts";
import { type Canvas, Screens } from "../../src/tui/screens.tsx";
import type { ShownRun } from "../../src/tui/source.ts";
import { BOARD, DETAIL, NOW, STEPPED, sampleSource } from "./sample.ts";

/** What happens at once, on a machine that has other things to do as well. */
const SOON = { timeout: 10_000 };
const LOOKS = { hasColor: false, isUnicode: true, hasLinks: false };
const DOWN = "\u001b[B";
const ENTER = "\r";
const UP = "\u001b[A";
const RIGHT = "\u001b[C";
const LEFT = "\u001b[D";
const HOME = "\u001b[H";
const END = "\u001b[F";
const DELETE = "\u001b[3~";

const OPEN = "run_01a1f99e2b2474119b623bc4d3844830";
const FAILED = "run_01a1f99383ce75578d528911b7235e34";
/** One that is over, the second of the board. */
const OVER = { ...DETAIL, run: { ...DETAIL.run, id: FAILED, status: "failed" } } as ShownRun;

let close = () => {};
afterEach(() => close());

function open(run?: ShownRun, source = sampleSource(run)) {
  const frames: string[] = [];
  const canvas: Canvas = {
    paint: ({ lines }) =>
      void frames.push(lines.map((line) => line.map(({ text }) => text).join("")).join("\n")),
    isHeld: false,
    hold: () => {},
    takeBack: () => {},
  };
  const signals = { stop: async () => undefined, onContinue: () => () => undefined };
  const screens = render(
    <Screens source={source} looks={LOOKS} canvas={canvas} now={() => NOW} {...signals} />,
  );
  close = screens.unmount;
  const sees = (text: string | RegExp) => expect.poll(() => frames.at(-1), SOON).toMatch(text);
  return { source, screens, frames, sees, type: (text: string) => screens.stdin.write(text) };
}

test("r runs the score that is selected, with a form made from its schema", async () => {
  const { source, sees, type } = open();
  await sees("cold-leads");

  type("r");
  await sees("Run cold-leads");
  type(ENTER);
  await sees("profile");
  type("founders");
  await sees("founders▌");
  type(DOWN);
  type("\u007f\u007f5");
  type(DOWN);
  type(" ");
  type(ENTER);

  await sees("done  $ maestro run cold-leads --input");
  expect(source.done).toEqual([
    { do: "run", score: "cold-leads", input: { profile: "founders", max: 5, tone: "short" } },
  ]);
});

test("what a form asks for is said while it is done, and asked for once however often Enter is pressed", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const sample = sampleSource();
  const asked: unknown[] = [];
  const perform = (action: unknown) => {
    asked.push(action);
    return promise;
  };
  const { frames, sees, type } = open(undefined, { ...sample, perform } as typeof sample);
  await sees("cold-leads");
  type("r");
  await sees("Run cold-leads");
  type("founders");
  await sees("founders▌");

  type(ENTER);
  await sees("…  $ maestro run cold-leads");
  type(ENTER);
  type(ENTER);
  resolve("done");

  await sees("done  $ maestro run cold-leads");
  expect(asked).toHaveLength(1);
  expect(frames.at(-1)).not.toContain("Run cold-leads");
});

test("a search leaves what is called something else out, and Enter looks into what is left", async () => {
  const { sees, type } = open();
  await sees("cold-leads");

  type("/");
  await sees("/▌");
  type("weekly");
  await sees(/Workspace {2}1 {2}\/weekly/);
  type(ENTER);
  type(ENTER);

  await sees("scores/weekly-report.ts  broken: played as it was");
});

test("c cancels a run when it is pressed twice, and shows the command before", async () => {
  const { source, sees, type } = open();
  await sees("cold-leads");
  type("2");
  await sees("Runs  3");

  type("c");
  await sees("maestro cancel run_01a1f99e2b2474119b623bc4d3844830: again to do it");
  expect(source.done).toEqual([]);
  type("c");

  await sees("done  $ maestro cancel");
  expect(source.done).toEqual([{ do: "cancel", run: "run_01a1f99e2b2474119b623bc4d3844830" }]);
});

test("a checkpoint is answered with a form", async () => {
  const { source, sees, type } = open();
  await sees("cold-leads");
  type("3");
  await sees("Send these letters");
  type(ENTER);
  // What is decided about is seen while it is decided.
  await sees(/send\*[\s\S]+Send these letters[\s\S]+Dear Grace/);
  type(" ");
  type(ENTER);

  await sees("maestro decide");
  expect(source.done).toEqual([{ do: "decide", run: OPEN, step: "review", value: { send: true } }]);
});

test("R plays a run that is over again, from the step that is selected", async () => {
  const { source, sees, type } = open(OVER);
  await sees("cold-leads");
  type("2");
  type(DOWN);
  type(ENTER);
  await sees("found ×2");
  type(DOWN);
  type("R");
  await sees("Run again from good");
  type(ENTER);

  await sees("maestro rerun");
  expect(source.done).toEqual([{ do: "rerun", run: FAILED, from: "good" }]);
});

test("a run that is not over is not run again: neither R nor o asks for what would be refused", async () => {
  const { source, frames, sees, type } = open();
  await sees("cold-leads");
  type("2");
  type(ENTER);
  await sees("found ×2");

  for (const key of ["R", "o"]) {
    type(key);
    await sees("it has not ended: p pauses it");
    expect(frames.at(-1)).not.toContain("Run again");
    type(DOWN);
    await expect.poll(() => frames.at(-1), SOON).not.toContain("it has not ended");
    type(UP);
  }
  expect(source.done).toEqual([]);
});

test("after : the beginning of more than one run is none of them, and what is cancelled is asked about", async () => {
  const { source, sees, type } = open();
  await sees("cold-leads");
  type(":");
  type("cancel run_01a1f99");
  type(ENTER);
  await sees(
    '"run_01a1f99" could be run_01a1f99e2b24, run_01a1f99383ce and 1 more: give more of its characters',
  );
  type("383");
  type(ENTER);
  await sees(`maestro cancel ${FAILED}: again to do it`);
  // What is written in between is another command.
  type("ce");
  type(ENTER);
  await sees(`maestro cancel ${FAILED}: again to do it`);
  expect(source.done).toEqual([]);
  type(ENTER);

  await sees("done  $ maestro cancel");
  expect(source.done).toEqual([{ do: "cancel", run: FAILED }]);
});

test("after : words are those of a shell, what they mean says the schema, and ↑ gives the last line again", async () => {
  const { source, sees, type } = open();
  await sees("cold-leads");
  type(":");
  type(`run cold-leads profile="two words" max=3 'tone=short' brief={"a":1} dry='{"b": 2}'`);
  type(ENTER);
  await sees("--input 'profile=two words' --input max=3");
  type(":");
  type(UP);
  await sees(":run cold-leads profile=");
  type(ENTER);

  const words = ["profile=two words", "max=3", "tone=short", 'brief={"a":1}', 'dry={"b": 2}'];
  await expect.poll(() => source.done, SOON).toHaveLength(2);
  expect(source.done).toEqual(Array(2).fill({ do: "run", score: "cold-leads", words }));
});

test("what is refused in more than one line is read in as many", async () => {
  const sample = sampleSource();
  const perform = async () => {
    throw new Error("The input does not fit:\n  max: Too big");
  };
  const { sees, type } = open(undefined, { ...sample, perform } as typeof sample);
  await sees("cold-leads");
  type("r");
  await sees("Run cold-leads");
  type("founders");
  type(ENTER);

  await sees(/^The input does not fit:\n {2}max: Too big$/m);
});

test("a score whose file is gone says so, and is no longer drawn", async () => {
  const sample = sampleSource();
  let isThere = true;
  const gone = {
    board: async () => (isThere ? BOARD : { ...BOARD, scores: [] }),
    drawing: async (id: string) => (isThere ? sample.drawing(id) : Promise.reject(new Error("gone"))),
  };
  const { source, sees, type } = open(undefined, { ...sample, ...gone } as typeof sample);
  await sees("cold-leads");
  type(ENTER);
  await sees("found");
  isThere = false;
  source.tell();

  await sees("There is no such score now");
});

test("a command after : is completed with Tab, and one that is misspelt is guessed", async () => {
  const { source, sees, type } = open();
  await sees("cold-leads");

  type(":");
  type("pasue run_01a1f99e2b24");
  type(ENTER);
  await sees('did you mean "pause"');
  type("\u007f".repeat(30));
  type(":");
  await sees(":▌");
  type("pau");
  type("\t");
  await sees(":pause ▌");
  type("run_01a1f99e2b24");
  type(ENTER);

  await sees("done");
  expect(source.done).toEqual([{ do: "pause", run: "run_01a1f99e2b2474119b623bc4d3844830" }]);
});

test("step by step: n plays the step that is ready, o gives its output, b has a switch take another case, g plays on", async () => {
  const run = STEPPED.run.id;
  const { source, sees, type } = open(STEPPED);
  await sees("cold-leads");

  type("s");
  await sees("Run cold-leads step by step");
  type("\u001b");
  await sees(/Workspace {2}5/);
  type("2");
  await sees("Runs  3");
  type(ENTER);
  await sees(/enriched {2}task {2}is ready[\s\S]+is given/);
  type("n");
  await sees("done  $ step> n enriched");
  type("o");
  await sees("Give the output of enriched");
  type("three");
  await sees("three▌");
  type(ENTER);
  await sees("step> o enriched");
  type(DOWN);
  await sees(/big {2}switchOn {2}is ready/);
  type("b");
  await sees("Which case big takes");
  type(" ");
  type(ENTER);
  await sees("step> b big large");
  type("g");
  await sees("step> c");

  expect(source.done).toEqual([
    { do: "step", run, command: { do: "next", step: "enriched" } },
    { do: "step", run, command: { do: "override", step: "enriched", value: "three" } },
    { do: "step", run, command: { do: "branch", step: "big", value: "large" } },
    { do: "step", run, command: { do: "continue" } },
  ]);
});

test("o on a step that was played plays the run again with another output of it", async () => {
  const { source, sees, type } = open(OVER);
  await sees("cold-leads");
  type("2");
  type(DOWN);
  type(ENTER);
  await sees("found ×2");

  type("o");
  await sees("Run again with another output of found");
  type("\u007f".repeat(60));
  type("[]");
  type(ENTER);

  await sees("--set 'found=[]'");
  expect(source.done).toEqual([{ do: "rerun", run: FAILED, output: { step: "found", value: [] } }]);
});

test("an orchestra is disabled, paused and overridden with the reason why, played now, and given back, each with its command", async () => {
  const { source, sees, type } = open();
  const orchestra = "weekdays";
  await sees("cold-leads");
  type("5");
  await sees(/cron is "0 8 \* \* 1-5" by ada: before the market opens; the file says/);

  type("e");
  await sees("Disable weekdays");
  type(ENTER);
  await sees("maestro orchestras disable weekdays");
  type("p");
  await sees("Pause weekdays");
  type("holidays");
  await sees("holidays▌");
  type(ENTER);
  await sees("maestro orchestras pause weekdays --why holidays");
  type("r");
  await sees("maestro orchestras run-now weekdays");
  type("o");
  await sees("Override weekdays");
  type(DOWN);
  type("Early leads");
  type(DOWN);
  type("for Ada");
  await sees("for Ada▌");
  type(ENTER);
  await sees("maestro orchestras set weekdays name 'Early leads' --why 'for Ada'");
  type("u");
  await sees("Take back for weekdays");
  type(ENTER);
  await sees("maestro orchestras unset weekdays cron");

  expect(source.done).toEqual([
    { do: "orchestra", orchestra, decided: { is: "disable" } },
    { do: "orchestra", orchestra, decided: { is: "pause" }, why: "holidays" },
    { do: "play", orchestra },
    {
      do: "orchestra",
      orchestra,
      decided: { is: "set", field: "name", value: "Early leads" },
      why: "for Ada",
    },
    { do: "orchestra", orchestra, decided: { is: "unset", field: "cron" } },
  ]);
});

test("what is pasted is text: a line break in it plays nothing, and no letter of it is a key", async () => {
  const { source, sees, type } = open();
  const paste = (text: string) => type(`\u001b[200~${text}\u001b[201~`);
  await sees("cold-leads");

  paste("q\r\ncc");
  await sees("what is pasted goes into a form");
  type("r");
  await sees("profile*");
  paste("founders\r\nin Berlin");
  await sees("founders\\nin Berlin▌");
  type(ENTER);
  await sees("maestro run cold-leads");

  const input = { profile: "founders\nin Berlin", max: 20 };
  expect(source.done).toEqual([{ do: "run", score: "cold-leads", input }]);
});

test("in a form the cursor moves within what is typed, wide characters and all, and Delete takes what it stands on", async () => {
  const { source, sees, type } = open();
  await sees("cold-leads");
  type("r");
  await sees("profile*");

  type("日本ers");
  await sees("日本ers▌");
  type(`${HOME}${DELETE}`);
  await sees(/profile\* +本ers /);
  type(`${RIGHT}and ${END}x`);
  await sees("本and ersx▌");
  type(`${LEFT}\u007f`);
  await sees(/本and erx /);
  // As shells have it.
  type("\u0001to \u0005!");
  await sees("to 本and erx!▌");
  type(`${UP}${LEFT}${DOWN}${ENTER}`);
  await sees("maestro run cold-leads");

  const input = { profile: "to 本and erx!", max: 20, dry: false };
  expect(source.done).toEqual([{ do: "run", score: "cold-leads", input }]);
});

test("Home and End select the first and the last, and Delete leads nowhere", async () => {
  const { frames, sees, type } = open();
  await sees("cold-leads");
  type("2");
  await sees(/▶.*run_/);
  const first = frames.at(-1);

  type(END);
  await expect.poll(() => frames.at(-1), SOON).not.toBe(first);
  type(`${DELETE}${HOME}`);

  await expect.poll(() => frames.at(-1), SOON).toBe(first);
});

test("100,000 characters are pasted at once, and the end of them is what is seen", async () => {
  const { frames, sees, type } = open();
  await sees("cold-leads");
  type("r");
  await sees("profile*");
  const before = frames.length;

  type(`\u001b[200~${"x".repeat(100_000)}END\u001b[201~`);
  await sees("xEND▌");

  expect(frames.length - before).toBeLessThanOrEqual(3);
});

test("what is in the files alone is not enabled, but told where to go", async () => {
  const { source, sees, type } = open();
  await sees("cold-leads");
  type("5");
  await sees("cron is");

  type(DOWN);
  await sees("It is in the files alone");
  type("e");

  await sees("maestro deploy");
  expect(source.done).toEqual([]);
});

test("nothing is drawn when nothing is another thing", async () => {
  const { source, frames, sees, type } = open();
  await sees("cold-leads");
  const before = frames.length;

  for (let i = 0; i < 20; i++) source.tell();
  type("y");
  await sees("done");

  // The key has drawn its message, and nothing else has.
  expect(new Set(frames.slice(before)).size).toBeLessThanOrEqual(2);
});

test("a key reaches the next frame while 100,000 lines are logged, and what is left out of them is counted", async () => {
  let at = NOW;
  const ring = new LogRing(() => at);
  const source = sampleSource();
  const board = { ...(await source.board()) };
  source.board = async () => ({ ...board, logs: ring.lines() });
  const { sees, type, frames } = open(undefined, source);
  await sees("cold-leads");
  type("7");
  await sees("Nothing has been logged.");

  for (let second = 0; second < 60; second++) {
    for (let i = 0; i < 1_667; i++) ring.add(`line ${second}/${i}`);
    at += 1_000;
    source.tell();
    if (second % 6 > 0) continue;
    const before = frames.length;
    type("?");
    const isHelp = second % 12 === 0;
    const shows = (frame: string) => frame.includes("Each of these is a command, too") === isHelp;
    await expect.poll(() => frames.slice(before).some(shows), { ...SOON, interval: 1 }).toBe(true);
    // What is logged draws no frame in between but one that was on its way.
    expect(frames.slice(before, before + 2).some(shows)).toBe(true);
  }
  ring.add("the last one");
  source.tell();

  await sees(/the last one[\s\S]+and 1,617 more lines in this second[\s\S]+line 59\/49/);
  expect(ring.lines()).toHaveLength(1_000);
});
