import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openPty, type Pty } from "./terminal.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const BIN = join(REPOSITORY, "bin/maestro.cjs");
const ENTER = "\r";

const LETTER = `import { branch, checkpoint, defineScore, eq, input, task } from "maestro-ts";
import { z } from "zod";

const start = input(z.object({ name: z.string().default("Ada") }));
const draft = task({ input: { name: start.name }, output: z.string(), run: ({ input }) => "Dear " + input.name });
const review = checkpoint({
  title: "Send it?",
  show: draft.output,
  decision: z.object({ send: z.boolean() }),
  timeout: "24h",
  onTimeout: "reject",
});
const approved = branch(eq(review.output.send, true));
const sent = task({ when: approved.yes, input: { text: draft.output }, output: z.string(), run: ({ input }) => input.text });

export default defineScore({ id: "letter", input: start, nodes: { draft, review, approved, sent } });
`;
const NAP = `import { defineScore, wait } from "maestro-ts";

const nap = wait({ for: "1h" });

export default defineScore({ id: "nap", nodes: { nap } });
`;

let root: string;
const write = (file: string, text: string) => writeFileSync(join(root, file), text);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "maestro-dev-"));
  for (const folder of ["node_modules", "scores"]) mkdirSync(join(root, folder));
  symlinkSync(REPOSITORY, join(root, "node_modules/maestro-ts"));
  symlinkSync(join(REPOSITORY, "node_modules/zod"), join(root, "node_modules/zod"));
  write("package.json", '{ "name": "outreach", "private": true, "type": "module" }\n');
  write(
    "maestro.config.ts",
    'import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ store: { durability: "process" } });\n',
  );
  write("scores/letter.ts", LETTER);
  write("scores/nap.ts", NAP);
  // Throws where nobody expects it, when it is told to.
  write("throw-on-signal.cjs", 'process.on("SIGUSR2", () => { throw new Error("out of the blue"); });\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function dev(words: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Pty {
  const pty = openPty(process.execPath, [BIN, "dev", "--no-types", ...words], { cwd: root, env });
  onTestFinished(() => {
    try {
      process.kill(pty.pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  });
  return pty;
}

test("a person runs a score, breaks and mends it, answers, pauses, goes on, cancels and leaves", async () => {
  const pty = dev();
  await pty.sees(/score +letter[\s\S]+score +nap/);
  expect(pty.isAlternate).toBe(true);

  // Run it, with a form.
  pty.type("r");
  await pty.sees("Run letter");
  pty.type("\u007f\u007f\u007fGrace");
  await pty.sees("Grace▌");
  pty.type(ENTER);
  await pty.sees("$ maestro run letter --input");
  await pty.sees(/letter .*◆/);

  // Edit it into an error, and back.
  write("scores/letter.ts", LETTER.replace("eq(review", "eq(revue"));
  await pty.sees(/letter .*1 error/);
  pty.type("4");
  await pty.sees(/error +scores\/letter\.ts[\s\S]+revue/);
  write("scores/letter.ts", LETTER.replace('"Dear "', '"Hello "'));
  await pty.sees("No problems.");
  pty.type("d");
  await pty.sees("letter mended");
  pty.type("d");

  // Answer what it asks.
  pty.type("3");
  await pty.sees(/Send it\?[\s\S]+Dear Grace/);
  pty.type(ENTER);
  await pty.sees("send*");
  pty.type(" ");
  await pty.sees("yes");
  pty.type(ENTER);
  await pty.sees("Nobody is asked anything.");
  pty.type("2");
  await pty.sees(/✓ completed +letter/);
  pty.type(ENTER);
  await pty.sees(/✓ sent[\s\S]+output +Dear Grace/);

  // Pause, go on, cancel.
  pty.type(":run nap");
  await pty.sees(":run nap▌");
  pty.type(ENTER);
  await pty.sees("It takes no input");
  pty.type(ENTER);
  await pty.sees("begins");
  pty.type("2");
  await pty.sees(/running +nap/);
  pty.type("p");
  await pty.sees(/‖ paused +nap/);
  pty.type("p");
  await pty.sees(/running +nap/);
  pty.type("c");
  await pty.sees("again to do it");
  pty.type("c");
  await pty.sees(/cancelled +nap/);

  // Leave.
  pty.type("q");
  expect(await pty.ended).toEqual({ exitCode: 0, signal: 0 });
  expect(pty.isAlternate).toBe(false);
  expect(lastOf(pty, "\u001b[?25h", "\u001b[?25l")).toBe("\u001b[?25h");
});

test("another terminal looks at the same screens, a smaller one says so, and a larger one is filled", async () => {
  const owner = dev();
  await owner.sees(/score +nap/);
  const pty = openPty(process.execPath, [BIN, "top"], { cwd: root });
  await pty.sees(/score +letter/);

  // What is found is what is in the files now, not when it was opened.
  write("scores/nap.ts", `${NAP}\nconst = 1;\n`);
  await pty.sees(/4 Problems 1[\s\S]+nap .*1 error/);
  write("scores/nap.ts", NAP);
  await pty.sees((text) => /4 Problems +5/.test(text));

  pty.type("2");
  await pty.sees(/✓ completed +letter/);

  // A name may look like a number: its schema decides.
  pty.type(`:run letter name=123${ENTER}`);
  await pty.sees("begins  $ maestro run letter --input name");
  await pty.sees(/waiting +letter/);

  // Step by step, on the process that owns the store.
  pty.type("1");
  await pty.sees(/▶ score +letter/);
  pty.type("s");
  await pty.sees("Run letter step by step");
  pty.type(ENTER);
  await pty.sees("begins  $ maestro run letter --step");
  pty.type("2");
  await pty.sees(/running +letter/);
  pty.type(ENTER);
  await pty.sees(/draft +task +is ready[\s\S]+"name": "Ada"/);
  pty.type("o");
  await pty.sees("Give the output of draft");
  pty.type("Dear all");
  await pty.sees("Dear all▌");
  pty.type(ENTER);
  await pty.sees(/✓ draft[\s\S]+review +checkpoint +is ready/);
  pty.type("c");
  await pty.sees("again to do it");
  pty.type("c");
  await pty.sees("cancelled  $");
  pty.type("R");
  await pty.sees("Run again from");
  pty.type(ENTER);
  await pty.sees("begins  $ maestro rerun");

  pty.resize(30, 8);
  await pty.sees((text) => text.trim() === "too small: needs 40×12");
  pty.resize(120, 40);
  await pty.sees((text) => text.includes("Runs") && text.split("\n").length === 40);

  // Somebody closes both windows: they end as if they had been quitted.
  pty.hangUp();
  expect(await pty.ended).toEqual({ exitCode: 0, signal: 0 });
  owner.hangUp();
  expect(await owner.ended).toEqual({ exitCode: 0, signal: 0 });
});

test("the terminal is as it was after a TERM and after an exception", async () => {
  const ended = dev();
  await ended.sees(/score +letter/);
  ended.kill("SIGTERM");
  expect((await ended.ended).exitCode).toBe(0);
  expect(ended.isAlternate).toBe(false);

  const thrown = dev([], { NODE_OPTIONS: `--require ${join(root, "throw-on-signal.cjs")}` });
  await thrown.sees(/score +letter/);
  process.kill(thrown.pid, "SIGUSR2");
  expect((await thrown.ended).exitCode).not.toBe(0);
  expect(thrown.isAlternate).toBe(false);
  expect(lastOf(thrown, "\u001b[?25h", "\u001b[?25l")).toBe("\u001b[?25h");
});

test("an editor on the terminal gets every key, and afterwards the screens do", async () => {
  write(
    "editor.sh",
    'echo "editing"\nwhile read -r line && [ "$line" != end ]; do echo "$line" >> edited; done\n',
  );
  write("scores/broken.ts", "export default nowhere;\n");
  onTestFinished(() => rmSync(join(root, "scores/broken.ts")));
  const pty = dev([], { EDITOR: "sh editor.sh", VISUAL: "" });
  await pty.sees("Problems 1");
  pty.type("4");
  await pty.sees("broken.ts");
  pty.type(ENTER);
  await pty.sees(/^editing/m);
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
  for (const line of lines) {
    pty.type(`${line}${ENTER}`);
    await pty.sees(line);
  }
  pty.type(`end${ENTER}`);

  await pty.sees("4 Problems 1");
  expect(readFileSync(join(root, "edited"), "utf8").trim().split("\n")).toEqual(lines);
  pty.type("1");
  await pty.sees(/score +letter/);
  pty.type("q");
  expect((await pty.ended).exitCode).toBe(0);
});

test("a terminal that cannot be drawn on gets lines, and NO_COLOR takes the colours away alone", async () => {
  const dumb = dev([], { TERM: "dumb" });
  await dumb.sees("2 scores, 0 agents, 0 orchestras: no problems");
  expect(dumb.written).not.toContain("\u001b[?1049h");
  dumb.type("\u0003");
  expect((await dumb.ended).exitCode).toBe(0);

  const plain = dev([], { NO_COLOR: "1" });
  await plain.sees(/score +letter/);
  plain.type("2");
  await plain.sees(/✓ completed/);
  expect(["\u001b[31m", "\u001b[32m", "\u001b[36m"].filter((color) => plain.written.includes(color))).toEqual(
    [],
  );
  plain.type("q");
  await plain.ended;
});

/** Which of two sequences was written last. */
function lastOf({ written }: Pty, a: string, b: string): string {
  return written.lastIndexOf(a) > written.lastIndexOf(b) ? a : b;
}
