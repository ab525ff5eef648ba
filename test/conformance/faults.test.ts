import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { NONSENSE } from "./faulty.ts";
import { openHall, SOON } from "./hall.ts";

/** Inline none of this can be played: it would be done to the process of the tests. */
const openChildren = (players: NonNullable<Parameters<typeof openHall>[1]>["players"] = {}) =>
  openHall("children", { players: { graceMs: 1_000, callMs: 500, ...players } });
const FROM = "faulty.ts";

function isAlive(pid: number): boolean {
  try {
    // A process that is dead and was not waited for is one, too.
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

describe("code that does something to its process costs its own step, with the reason", () => {
  test.each([
    ["exit", "plain", { code: "MR3070", message: "its process ended: it was left with exit code 3" }],
    ["exit0", "plain", { code: "MR3070", message: "its process ended: it was left with exit code 0" }],
    ["abort", "plain", { code: "MR3070", message: "its process ended: it was ended by SIGABRT" }],
    ["words", "plain", { code: "MR3070", message: "its process ended: it was left with exit code 3" }],
    ["kill", "plain", { code: "MR3070", message: "its process ended: it was ended by SIGKILL" }],
    ["close", "plain", { code: "MR3070", message: "its process ended: it closed its connection to Maestro" }],
    [
      "heap",
      "plain",
      { code: "MR3071", message: "its process ran out of memory: its heap had more than 64 MB" },
    ],
    [
      "buffers",
      "plain",
      {
        code: "MR3071",
        message: expect.stringMatching(
          /^its process ran out of memory: it had \d+ MB, and 320 are the most$/,
        ),
      },
    ],
    [
      "stray",
      "plain",
      { code: "MR3075", message: "its process ended: code threw outside of a step: RangeError: too far" },
    ],
    [
      "rejection",
      "plain",
      { code: "MR3075", message: "its process ended: code threw outside of a step: nobody looks" },
    ],
    [
      "loop",
      "timed",
      {
        code: "MR3072",
        message: "its process did not answer 1.0 s after the 300 ms of a step were over and was ended",
      },
    ],
  ])("%s", async (what, name, error) => {
    const hall = await openChildren({ memoryMb: 64 });

    const play = await hall.start(name, { what }, FROM);

    expect(await play.ending).toMatchObject({ is: "failed", step: "one", error });
    expect(await hall.stepsOf(play.id)).toEqual(["one 1 interrupted"]);
    const after = await hall.start(name, { what: "fine" }, FROM);
    expect(await after.ending).toEqual({ is: "completed", output: { one: "fine" } });
  });

  test("a promise that nothing can settle any more is told as that", async () => {
    const hall = await openChildren();

    const play = await hall.start("plain", { what: "never" }, FROM);

    const error = { code: "MR3074", message: "it waits for something that can never happen" };
    expect(await play.ending).toMatchObject({ is: "failed", error });
  });
});

describe("code that changes what its process speaks with", () => {
  test("harms nothing but itself", async () => {
    const hall = await openChildren();

    const play = await hall.start("plain", { what: "globals" }, FROM);

    expect(await play.ending).toEqual({ is: "completed", output: { one: "own" } });
    const after = await hall.start("computed", { what: "globals" }, FROM);
    expect(await after.ending).toEqual({ is: "completed", output: { one: "own" } });
  });

  test("so that it says what nobody can understand costs its own step, whatever that is", async () => {
    const hall = await openChildren();
    const beside = await hall.start("gated", { ledger: join(hall.folder, "gate") }, FROM);

    for (const what of Object.keys(NONSENSE)) {
      const play = await hall.start("plain", { what }, FROM);

      const message = "its process said what cannot be understood and was ended";
      expect(await play.ending, what).toMatchObject({
        is: "failed",
        step: "one",
        error: { code: "MR3067", message },
      });
      expect(await hall.stepsOf(play.id), what).toEqual(["one 1 interrupted"]);
      const after = await hall.start("plain", { what: "fine" }, FROM);
      expect(await after.ending, what).toEqual({ is: "completed", output: { one: "fine" } });
    }
    writeFileSync(join(hall.folder, "gate"), "1");
    expect(await beside.ending).toMatchObject({ is: "completed" });
  });

  test.each(["a result that is no JSON", "a failure without a message"])(
    "in what a score computes, so that it says %s, costs that",
    async (what) => {
      const hall = await openChildren();

      const play = await hall.start("computed", { what }, FROM);

      expect(await play.ending).toMatchObject({ is: "failed", error: { code: "MR3067" } });
    },
  );

  test("before it is ready is told to whoever wants to play it", async () => {
    const hall = await openChildren();
    const codeFile = join(hall.folder, "garbled.ts");
    const text = `import { Socket } from "node:net";
      import { scores } from ${JSON.stringify(join(import.meta.dirname, FROM))};
      const { write } = Socket.prototype;
      Socket.prototype.write = function (text, ...more) {
        return write.call(this, String(text).replace(/^(\\w{8}r)\\t.*$/m, "$1\\tboo"), ...more);
      };
      export default scores.plain;`;
    writeFileSync(codeFile, text);

    const prepared = hall.players.prepare({ hash: "garbled", plan: '{"score":"plain"}', codeFile });

    const why = "its process said what cannot be understood and was ended";
    await expect(prepared).rejects.toMatchObject({ code: "MR3073", facts: { why } });
    const play = await hall.start("plain", { what: "fine" }, FROM);
    expect(await play.ending).toEqual({ is: "completed", output: { one: "fine" } });
  });
});

describe("what goes on beside it", () => {
  test.each(["exit", "kill", "rejection"])(
    "of 21 steps in one process, all but the one that ends it (%s) complete, and none is blamed",
    async (what) => {
      const hall = await openChildren();

      const play = await hall.start("crowd", { what }, FROM);

      const { all } = ((await play.ending) as { output: { all: { status: string; value?: number }[] } })
        .output;
      expect(all.filter(({ status }) => status === "ok").map(({ value }) => value)).toEqual(
        Array.from({ length: 21 }, (_, i) => i).filter((i) => i !== 10),
      );
      const rows = await hall.store.stepsOf(play.id);
      expect(rows.filter(({ status }) => status === "failed")).toEqual([]);
      const interrupted = rows.filter(({ status }) => status === "interrupted");
      const counted = interrupted.filter(({ error }) => JSON.parse(error!).isCounted);
      expect(counted.map(({ key }) => key)).toEqual(["all/10"]);
    },
  );

  test("another run of the same score goes on while one hangs", async () => {
    const hall = await openChildren();
    const stuck = await hall.start("timed", { what: "loop" }, FROM);
    const beside = await Promise.all(
      Array.from({ length: 10 }, () => hall.start("timed", { what: "fine" }, FROM)),
    );

    for (const play of beside) expect(await play.ending).toMatchObject({ is: "completed" });
    expect(await stuck.ending).toMatchObject({ is: "failed", error: { code: "MR3072" } });
  });

  test("children that are killed at random cost no step and no run", async () => {
    const hall = await openChildren();
    const ledger = hall.newLedger();
    const play = await hall.start("busy", { ledger }, FROM);
    const killed = new Set<number>();
    while (killed.size < 4) {
      const pids = () =>
        readFileSync(ledger, { encoding: "utf8", flag: "a+" })
          .split("\n")
          .filter(Boolean)
          .map((line) => Number(line.split(" ")[1]))
          .filter((pid) => !killed.has(pid) && isAlive(pid));
      await expect.poll(pids, SOON).not.toEqual([]);
      const pid = pids().at(-1)!;
      process.kill(pid, "SIGKILL");
      killed.add(pid);
    }

    const ending = await play.ending;

    expect(ending).toEqual({ is: "completed", output: { all: Array.from({ length: 60 }, (_, i) => i) } });
    const rows = await hall.store.stepsOf(play.id);
    const completed = rows.filter(({ key, status }) => key !== "all" && status === "completed");
    expect(new Set(completed.map(({ key }) => key)).size).toBe(60);
    expect(completed).toHaveLength(60);
  });
});

describe("an interruption goes through the policy of its node", () => {
  test("it is tried again as often as the node says", async () => {
    const hall = await openChildren();

    const play = await hall.start("retried", { what: "twice" }, FROM);

    expect(await play.ending).toEqual({ is: "completed", output: { one: "third" } });
    expect(await hall.stepsOf(play.id)).toEqual([
      "one 1 interrupted",
      "one 2 interrupted",
      "one 3 completed",
    ]);
    const spent = await hall.start("retried", { what: "exit" }, FROM);
    expect(await spent.ending).toMatchObject({ is: "failed", error: { code: "MR3070" } });
    expect(await hall.stepsOf(spent.id)).toEqual([
      "one 1 interrupted",
      "one 2 interrupted",
      "one 3 interrupted",
    ]);
  });

  test("what must not happen twice is asked about, and goes on with the answer", async () => {
    const hall = await openChildren();

    const play = await hall.start("once", { what: "exit" }, FROM);

    expect(await play.ending).toEqual({ is: "asking", steps: ["one"] });
    const again = await hall.resume("once", play.id, { give: { one: "it did" } });
    expect(await again.ending).toEqual({ is: "completed", output: { one: "it did" } });
  });
});

describe("what is printed and forged", () => {
  test("lines that a task prints are lines of its log, up to a limit", async () => {
    const hall = await openChildren();

    const play = await hall.start("plain", { what: "flood" }, FROM);

    expect(await play.ending).toEqual({ is: "completed", output: { one: "flooded" } });
    const lines = play.events.flatMap((event) => (event.type === "log" ? [event.message] : []));
    expect(lines[0]).toMatch(/^line 0 x/);
    expect(lines.at(-1)).toBe("(it printed more, which is left out)");
    expect(lines.join("").length).toBeLessThan(70_000);
  });

  test("what a program of a task prints past it is kept with a limit as well", async () => {
    const hall = await openChildren();

    const play = await hall.start("plain", { what: "sideways" }, FROM);

    expect(await play.ending).toEqual({ is: "completed", output: { one: "flooded" } });
  });

  test("messages that author code forges are read by nobody", async () => {
    const hall = await openChildren({ max: 1 });

    const plays = await Promise.all([
      hall.start("plain", { what: "forged" }, FROM),
      hall.start("plain", { what: "forged" }, FROM),
    ]);

    for (const play of plays) expect(await play.ending).toEqual({ is: "completed", output: { one: "own" } });
  });

  test("a child's environment is a list", async () => {
    process.env.MAESTRO_TEST_SECRET = "x";
    process.env.MAESTRO_TEST_LISTED = "y";
    onTestFinished(() => {
      delete process.env.MAESTRO_TEST_SECRET;
      delete process.env.MAESTRO_TEST_LISTED;
    });
    const hall = await openChildren({ env: ["MAESTRO_TEST_LISTED"] });

    const play = await hall.start("plain", { what: "environment" }, FROM);

    const { one } = ((await play.ending) as { output: { one: string } }).output;
    expect(one).toContain("PATH");
    expect(one).toContain("MAESTRO_TEST_LISTED");
    expect(one).not.toContain("MAESTRO_TEST_SECRET");
  });
});

describe("ends", () => {
  test("a derive that never returns fails its run", async () => {
    const hall = await openChildren();

    const play = await hall.start("computed", { what: "loop" }, FROM);

    expect(await play.ending).toMatchObject({ is: "failed", step: "one", error: { code: "MR3072" } });
    const after = await hall.start("computed", { what: "fine" }, FROM);
    expect(await after.ending).toEqual({ is: "completed", output: { one: "fine" } });
  });

  test("a stop is over after the grace period, whatever a task does", async () => {
    const hall = await openChildren({ max: 1 });
    const deaf = await hall.start("plain", { what: "deaf" }, FROM);
    await expect.poll(() => deaf.events.some(({ type }) => type === "step.started"), SOON).toBe(true);

    deaf.stop(new Error("enough"));

    expect(await deaf.ending).toEqual({ is: "stopped" });
    const looping = await hall.start("plain", { what: "loop" }, FROM);
    await expect.poll(() => looping.events.some(({ type }) => type === "step.started"), SOON).toBe(true);
    looping.stop(new Error("enough"));
    expect(await looping.ending).toEqual({ is: "stopped" });
    const after = await hall.start("plain", { what: "fine" }, FROM);
    expect(await after.ending).toMatchObject({ is: "completed" });
  });

  test("when its owner is killed, neither a child that never looks up nor what it has started is left", async () => {
    const folder = mkdtempSync(join(tmpdir(), "maestro-owner-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const faulty = fileURLToPath(new URL("faulty.ts", import.meta.url));
    writeFileSync(
      join(folder, "plain.ts"),
      `import { scores } from ${JSON.stringify(faulty)};\nexport default scores.plain;\n`,
    );
    const ledger = join(folder, "ledger");
    const script = fileURLToPath(new URL("owner.ts", import.meta.url));
    const owner = spawn(process.execPath, [script, folder, ledger], { stdio: "ignore" });
    const pids = () =>
      readFileSync(ledger, { encoding: "utf8", flag: "a+" }).split("\n").filter(Boolean).map(Number);
    await expect.poll(() => pids().length, SOON).toBe(2);
    expect(pids().map(isAlive)).toEqual([true, true]);

    owner.kill("SIGKILL");

    await expect.poll(() => pids().map(isAlive), SOON).toEqual([false, false]);
  });

  test("closing ends every child", async () => {
    const hall = await openChildren();
    const play = await hall.start("plain", { what: "pid" }, FROM);
    const { one } = ((await play.ending) as { output: { one: number } }).output;
    expect(isAlive(one)).toBe(true);

    await hall.close();

    expect(isAlive(one)).toBe(false);
  });
});

describe("children come and go", () => {
  const pidOf = async (hall: Awaited<ReturnType<typeof openHall>>, name = "plain") => {
    const play = await hall.start(name, { what: "pid" }, FROM);
    return ((await play.ending) as { output: { one: number } }).output.one;
  };

  test("one is used again, and replaced when it has done its share", async () => {
    const hall = await openChildren({ recycleAfter: 3 });

    const pids = [await pidOf(hall), await pidOf(hall), await pidOf(hall), await pidOf(hall)];

    expect(new Set(pids.slice(0, 3)).size).toBeLessThan(3);
    expect(new Set(pids).size).toBeGreaterThan(1);
  });

  test("one that has nothing to do for a while is ended, and another started when there is", async () => {
    const hall = await openChildren({ idleMs: 100 });
    const pid = await pidOf(hall);

    await expect.poll(() => isAlive(pid), SOON).toBe(false);

    expect(await pidOf(hall)).not.toBe(pid);
  });

  test("more deployments than children take turns", async () => {
    const hall = await openChildren({ max: 1 });

    const endings = await Promise.all(
      ["plain", "timed", "retried", "once", "plain"].map(async (name) => {
        const play = await hall.start(name, { what: "fine" }, FROM);
        return (await play.ending).is;
      }),
    );

    expect(endings).toEqual(Array.from({ length: 5 }, () => "completed"));
  });

  test("a deployment does not wait for the tasks of another one, however long they take", async () => {
    const hall = await openChildren({ max: 1 });
    const long = await hall.start("plain", { what: "deaf" }, FROM);
    await expect.poll(() => hall.stepsOf(long.id), SOON).toEqual(["one 1 running"]);

    const other = await hall.start("retried", { what: "fine" }, FROM);

    expect((await other.ending).is).toBe("completed");
    expect(await hall.stepsOf(long.id)).toEqual(["one 1 running"]);
  });
});
