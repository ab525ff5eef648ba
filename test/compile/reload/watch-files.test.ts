import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import fsPromises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { SecondLook } from "../../../src/compile/reload/second-look.ts";
import { type Changes, type Move, watchFiles } from "../../../src/compile/reload/watch-files.ts";

let root: string;
let changes: Changes;
let moves: Move[];

const write = (file: string, text: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
const { lstat, stat } = fsPromises;

let release = () => {};

/** Whoever asks about these waits until the test is over, as one does for a moment on a busy machine. */
function answerNothingAbout(...folders: string[]): void {
  const held = new Set(folders.map((folder) => join(root, folder)));
  const over = new Promise<void>((resolve) => (release = resolve));
  const holding =
    (ask: (path: string) => Promise<unknown>) =>
    async (path: string): Promise<unknown> => {
      if (held.has(path)) await over;
      return ask(path);
    };
  Object.assign(fsPromises, {
    lstat: holding(lstat as (path: string) => Promise<unknown>),
    stat: holding(stat as (path: string) => Promise<unknown>),
  });
  syncBuiltinESMExports();
}

/** What is told of `file` next, whatever else is told before. */
async function nextOf(file: string): Promise<string> {
  for (;;) {
    const change = (await changes.next())!.find((one) => one.file === file);
    if (change) return change.is;
  }
}

beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "maestro-watch-")));
  write("scores/lib/deep/inner.ts", "1");
  write("scores/lib/twice.ts", "1");
  moves = [];
  changes = await watchFiles(root, {
    isRelevant: () => true,
    settleMs: () => 0,
    onMove: (move) => void moves.push(move),
    onError(error) {
      throw error;
    },
  });
});

afterEach(async () => {
  Object.assign(fsPromises, { lstat, stat });
  syncBuiltinESMExports();
  release();
  changes.end();
  await changes.close();
  rmSync(root, { recursive: true, force: true });
});

test.for(["scores/lib/twice.ts", "scores/lib/deep/inner.ts"])(
  "%s is seen in a folder that was made anew, before the watcher has found out what became of that",
  async (file) => {
    answerNothingAbout("scores/lib", "scores/lib/lib", "scores/lib/deep", "scores/lib/deep/deep");
    rmSync(join(root, "scores/lib"), { recursive: true });
    write(file, "2");
    expect(await nextOf(file)).toBe("changed");

    write(file, "3");

    expect(await nextOf(file)).toBe("changed");
  },
);

test("a folder whose end the watcher finds out only when it is there again goes on to be seen", async () => {
  answerNothingAbout("scores/lib", "scores/lib/lib");
  for (const n of [2, 3]) {
    rmSync(join(root, "scores/lib"), { recursive: true });
    write("scores/lib/twice.ts", `${n}`);
    expect(await nextOf("scores/lib/twice.ts")).toBe("changed");
  }

  release();
  write("scores/lib/added.ts", "1");

  expect(await nextOf("scores/lib/added.ts")).toBe("added");
});

test("a file is seen in a folder whose name has a dot, also when that was made anew", async () => {
  const file = "scores/lib/v1.2/x.ts";
  write(file, "1");
  expect(await nextOf(file)).toBe("added");
  write(file, "2");
  expect(await nextOf(file)).toBe("changed");
  rmSync(join(root, "scores/lib/v1.2"), { recursive: true });
  write(file, "3");
  expect(await nextOf(file)).toBe("changed");

  write(file, "4");

  expect(await nextOf(file)).toBe("changed");
});

test("a file that was gone for a moment is told of when it is back, also when it is as it was", async () => {
  const goneAt = performance.now();
  rmSync(join(root, "scores/lib/twice.ts"));
  write("scores/lib/twice.ts", "1");

  await expect.poll(() => moves.map(({ file }) => file)).toContain("scores/lib/twice.ts");
  expect(moves.every(({ at }) => at > goneAt)).toBe(true);
});

test("a file that is written again while somebody works with it belongs to the same save, before the system tells of it", async () => {
  const settling = await watchFiles(root, {
    isRelevant: () => true,
    settleMs: () => 0,
    mayBegin: () => true,
    onError(error) {
      throw error;
    },
  });
  onTestFinished(async () => {
    settling.end();
    await settling.close();
  });
  write("scores/lib/twice.ts", "");
  expect(await settling.next()).toEqual([{ file: "scores/lib/twice.ts", is: "changed" }]);
  write("scores/lib/twice.ts", "2");
  expect(await settling.settled()).toBe(false);
  expect(await settling.next()).toEqual([{ file: "scores/lib/twice.ts", is: "changed" }]);
  expect(await settling.settled()).toBe(true);
});

test("what comes or goes is looked at as that, however it is written afterwards, and what is only written is not", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const looks: [string, boolean][] = [];
  const second = new SecondLook({
    isIgnored: () => false,
    look: (path, cameAt) => void looks.push([path, cameAt !== undefined]),
  });

  second.note("rename", "came.ts", root);
  second.note("change", "came.ts", root);
  second.note("change", "written.ts", root);
  vi.advanceTimersByTime(1_000);
  vi.useRealTimers();

  expect(looks).toEqual([
    [join(root, "came.ts"), true],
    [join(root, "written.ts"), false],
  ]);
  second.close();
});

test("whoever writes thousands of files holds up nothing else while they are looked at again", async () => {
  let looks = 0;
  const second = new SecondLook({ isIgnored: () => false, look: () => void looks++ });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });

  for (let i = 0; i < 1_000; i++) second.note("change", `${i}.ts`, root);
  vi.advanceTimersByTime(1_000);
  const atOnce = looks;
  vi.useRealTimers();

  expect(atOnce).toBe(100);
  await expect.poll(() => looks).toBe(1_000);
  second.close();
});
