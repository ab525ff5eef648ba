import { describe, expect, test } from "vitest";
import { Disk } from "../sim/disk.ts";
import { type Device, MemoryStore } from "../sim/memory-store.ts";
import { completed, newFile, newRun, openWithRun, over } from "./workbench.ts";

over.memory = true;
// The suite that the file passes, over the store of the simulation.
await import("./states.test.ts");
await import("./round-trip.test.ts");

/** A store with a run, whose commits are made when `next` is called. */
async function openSlow() {
  const disk = new Disk();
  const filled = new MemoryStore(disk);
  await filled.saveDeployment({ hash: "d", score: "leads", plan: "{}", code: null, createdAt: 1 });
  await filled.createRun(newRun());
  const commits: { readonly rows: readonly string[]; end(error?: Error): void }[] = [];
  const device: Device = {
    afterTurn: (close) => void setImmediate(close),
    commit: (write, rows) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => {
          if (error) return reject(error);
          write();
          resolve();
        };
        commits.push({ rows, end });
      }),
    read: async (query) => query(),
  };
  return { store: new MemoryStore(disk, device), commits };
}

describe("the store of the simulation", () => {
  test("commits together what was written in one turn, and what gathers while a commit is under way", async () => {
    const { store, commits } = await openSlow();

    void store.recordStep(completed("a"));
    store.noteStep(completed("b"));
    void store.recordStep(completed("c"));
    await expect.poll(() => commits.length).toBe(1);
    void store.recordStep(completed("d"));
    await new Promise(setImmediate);
    void store.recordStep(completed("e"));
    const settled = store.settled();
    expect(commits).toHaveLength(1);
    commits[0]!.end();
    await expect.poll(() => commits.length).toBe(2);
    commits[1]!.end();
    await settled;

    expect(commits.map(({ rows }) => rows)).toEqual([
      ["run_1/a#1 completed", "run_1/b#1 completed", "run_1/c#1 completed"],
      ["run_1/d#1 completed", "run_1/e#1 completed"],
    ]);
  });

  test("commits nothing for what only rides, until somebody waits", async () => {
    const store = await openWithRun(newFile());

    store.noteStep(completed("a"));
    await new Promise(setImmediate);
    expect(await store.stepsOf("run_1")).toEqual([]);
    await store.settled();

    expect(await store.stepsOf("run_1")).toEqual([completed("a")]);
  });

  test("writes nothing any more after a write that failed, and says the same of every later one", async () => {
    const { store, commits } = await openSlow();
    const lost = store.recordStep(completed("a"));
    await expect.poll(() => commits.length).toBe(1);
    const gathering = store.recordStep(completed("b"));

    commits[0]!.end(new Error("no disk"));

    for (const write of [lost, gathering, store.recordStep(completed("c")), store.settled()])
      await expect(write).rejects.toMatchObject({ code: "MR1009" });
    expect(await store.stepsOf("run_1")).toEqual([]);
    await store.close();
  });

  test("writes a group whole or not at all, and refuses what the tables refuse", async () => {
    const store = await openWithRun(newFile());

    void store.recordStep(completed("a")).catch(() => {});
    const bad = store.recordStep(completed("b", { status: "failed" }));

    await expect(bad).rejects.toMatchObject({ code: "MR1009" });
    expect(await store.stepsOf("run_1")).toEqual([]);
  });

  test("refuses arguments that the driver would take and lose", async () => {
    const store = await openWithRun(newFile());

    expect(() => store.recordStep(completed("a\0b"))).toThrow("NUL");
    expect(() => store.appendEvent({ runId: "run_1", at: 1.5, type: "x", step: null, data: null })).toThrow(
      "1.5",
    );
  });
});
