import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import type { Owner } from "../../src/store/owner-lock.ts";
import { intercept, MIGRATIONS, newFile, open, startChild, temporaryFolder } from "./workbench.ts";

async function created(): Promise<string> {
  const file = newFile();
  await (await open(file)).close();
  return file;
}

test("a store that another process owns is refused, with who that is", async () => {
  const file = await created();
  const owner = startChild("own-store", [file, MIGRATIONS]);
  await owner.line();
  const pid = (JSON.parse(readFileSync(`${file}.lock`, "utf8")) as { pid: number }).pid;

  const opening = openStore({ file, durability: "process", migrations: MIGRATIONS });

  await expect(opening).rejects.toMatchObject({
    code: "MR1007",
    facts: { file, pid, command: "maestro child" },
  });
  await expect(opening).rejects.toThrow(`(pid ${pid}, maestro child)`);
});

test("kill -9 of the owner frees the store at once, and who waits is told whom it waits for", async () => {
  const file = await created();
  const owner = startChild("own-store", [file, MIGRATIONS]);
  await owner.line();
  const owners: Owner[] = [];
  let told = () => {};
  const isWaiting = new Promise<void>((resolve) => {
    told = resolve;
  });

  const opening = openStore({
    file,
    durability: "process",
    migrations: MIGRATIONS,
    wait: true,
    onWaiting: (by) => {
      owners.push(by);
      told();
    },
  });
  await isWaiting;
  // Another try meanwhile takes longer than looking again a few times.
  expect(await startChild("own-store", [file, MIGRATIONS]).line()).toBe("MR1007");
  owner.kill();
  const store = await opening;

  expect(await owner.ended).toBe("SIGKILL");
  expect(owners).toEqual([{ pid: expect.any(Number), command: "maestro child" }]);
  await store.close();
});

test("of ten processes that want a new store at once, one owns it", async () => {
  const file = newFile();

  const children = Array.from({ length: 10 }, () => startChild("own-store", [file, MIGRATIONS]));
  const said = await Promise.all(children.map((child) => child.line()));

  expect(said.toSorted()).toEqual([...Array(9).fill("MR1007"), "open"]);
});

test("a second opening within one process is refused too", async () => {
  const file = newFile();
  await open(file);

  const second = openStore({ file, durability: "process", migrations: MIGRATIONS });

  await expect(second).rejects.toMatchObject({ code: "MR1007", facts: { pid: process.pid } });
});

test.runIf(process.platform === "linux")("being refused leaves no file open", async () => {
  const file = newFile();
  await open(file);
  const openFiles = () => readdirSync("/proc/self/fd").length;
  const before = openFiles();

  for (let i = 0; i < 10; i++) {
    const opening = openStore({ file, durability: "process", migrations: MIGRATIONS });
    await expect(opening).rejects.toMatchObject({ code: "MR1007" });
  }

  expect(openFiles()).toBe(before);
});

test("a link to a store is the same store", async () => {
  const file = newFile();
  await open(file);
  const link = join(temporaryFolder(), "link.db");
  symlinkSync(file, link);
  const linkedFolder = join(temporaryFolder(), "folder");
  symlinkSync(dirname(file), linkedFolder);

  for (const other of [link, join(linkedFolder, "maestro.db")]) {
    const opening = openStore({ file: other, durability: "process", migrations: MIGRATIONS });
    await expect(opening).rejects.toMatchObject({ code: "MR1007" });
  }
});

test("closing gives the store to the next", async () => {
  const file = newFile();
  await (await open(file)).close();

  const next = await open(file);

  expect(await next.unfinishedRuns()).toEqual([]);
});

test("a store that could not be opened is free again", async () => {
  const file = await created();
  let isClosed = false;
  const failing = openStore({
    file,
    durability: "process",
    migrations: MIGRATIONS,
    connect: intercept((real) => ({
      executeMultiple: () => Promise.reject(new Error("the disk is gone")),
      close() {
        isClosed = true;
        real.close();
      },
    })),
  });
  await expect(failing).rejects.toMatchObject({ code: "MR1009", facts: { reason: "the disk is gone" } });
  expect(isClosed).toBe(true);

  const store = await open(file);

  expect(await store.unfinishedRuns()).toEqual([]);
});
