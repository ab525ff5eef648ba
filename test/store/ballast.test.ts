import { execFileSync } from "node:child_process";
import { existsSync, rmSync, statfsSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { freeBallast, layBallast } from "../../src/store/ballast.ts";
import { newFile, open, openWithRun } from "./workbench.ts";

const MB = 1024 * 1024;

/** The store whose ballast a full disk has taken. */
async function withoutBallast(): Promise<string> {
  const file = newFile();
  await (await openWithRun(file)).close();
  expect(freeBallast(file)).toBe(true);
  return file;
}

const { bavail, bsize } = statfsSync(tmpdir());

test.runIf(bavail * bsize > 128 * MB).each([
  ["given back", () => {}],
  ["removed", (file: string) => rmSync(`${file}.ballast`)],
])("ballast that was %s is there again after the next opening", async (_how, lose) => {
  const file = await withoutBallast();
  lose(file);

  await (await open(file)).close();

  expect(statSync(`${file}.ballast`).size).toBe(16 * MB);
});

test("a store that has given its ballast back is still not taken for a new one when nothing is left of it", async () => {
  const file = await withoutBallast();
  truncateSync(file);

  await expect(open(file)).rejects.toMatchObject({
    code: "MR1004",
    facts: { detail: "nothing is left of it" },
  });
});

test("ballast is given back once", async () => {
  const file = await withoutBallast();

  expect(freeBallast(file)).toBe(false);
});

test("what somebody else has put in its place is left alone", () => {
  const file = newFile();
  execFileSync("mkfifo", [`${file}.ballast`]);

  layBallast(file, { isNew: true });

  expect(freeBallast(file)).toBe(false);
  expect(statSync(`${file}.ballast`).isFIFO()).toBe(true);
});

test("a place where no ballast can be laid stops nothing", () => {
  const file = newFile();
  writeFileSync(file, "");

  layBallast(`${file}/nowhere`, { isNew: true });

  expect(existsSync(`${file}/nowhere.ballast`)).toBe(false);
});
