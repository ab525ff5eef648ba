import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import fsPromises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SecondLook } from "../../../src/compile/reload/second-look.ts";
import { type Changes, watchFiles } from "../../../src/compile/reload/watch-files.ts";

let root: string;
let changes: Changes;

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
  changes = await watchFiles(root, {
    isRelevant: () => true,
    settleMs: () => 0,
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
