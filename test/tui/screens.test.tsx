import { render } from "ink-testing-library";
import { afterEach, expect, test } from "vitest";
import { Screens } from "../../src/tui/screens.tsx";
import { NOW, sampleSource } from "./sample.ts";

const LOOKS = { hasColor: false, isUnicode: true };
const DOWN = "\u001b[B";
const ENTER = "\r";

let close = () => {};
afterEach(() => close());

function open() {
  const source = sampleSource();
  const screens = render(<Screens source={source} looks={LOOKS} now={() => NOW} />);
  close = screens.unmount;
  const sees = (text: string | RegExp) => expect.poll(() => screens.lastFrame()).toMatch(text);
  return { source, screens, sees, type: (text: string) => screens.stdin.write(text) };
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

test("a checkpoint is answered with a form, and R plays a run again from the step that is selected", async () => {
  const { source, sees, type } = open();
  await sees("cold-leads");
  type("3");
  await sees("Send these letters");
  type(ENTER);
  await sees("send*");
  type(" ");
  type(ENTER);
  await sees("maestro decide");

  type("2");
  type(ENTER);
  await sees("found ×2");
  type(DOWN);
  type("R");
  await sees("Run again from good");
  type(ENTER);
  await sees("maestro rerun");

  expect(source.done).toEqual([
    { do: "decide", run: "run_01a1f99e2b2474119b623bc4d3844830", step: "review", value: { send: true } },
    { do: "rerun", run: "run_01a1f99e2b2474119b623bc4d3844830", from: "good" },
  ]);
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

test("nothing is drawn when nothing is another thing", async () => {
  const { source, screens, sees } = open();
  await sees("cold-leads");
  const frames = screens.frames.length;

  for (let i = 0; i < 20; i++) source.tell();
  const { done, type } = { done: source.done, type: screens.stdin.write.bind(screens.stdin) };
  type("y");
  await expect.poll(() => done.length).toBe(1);

  // The key has drawn its message, and nothing else has.
  await sees("done");
  expect(screens.frames.length).toBeLessThanOrEqual(frames + 2);
});
