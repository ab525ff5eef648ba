import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { hasLivingMembers } from "../../src/players/shell/has-living-members.ts";
import { SOON } from "./outside.ts";
import { play } from "./play.ts";

interface Found {
  readonly pid: number;
  /** The program's name: that of a shell until it has become another program. */
  readonly name: string;
  readonly state: string;
}

/** The processes that are alive and have `mark` in their environment. */
function processesWith(mark: string): Found[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, "utf8").includes(`MARK=${mark}`)) return [];
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        const [, name = "", state = ""] = /^Name:\s+(.*)\n(?:.*\n)*?State:\s+(\S)/.exec(status) ?? [];
        return [{ pid: Number(pid), name, state }];
      } catch {
        return [];
      }
    });
}

const sleepers = (mark: string) => processesWith(mark).filter(({ name }) => name === "sleep").length;

/** Own children that have ended and were not waited for. */
function zombies(): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      return /^State:\s+Z/m.test(status) && new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(status);
    } catch {
      return false;
    }
  });
}

function isThere(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

let marks = 0;
const newMark = () => `m${process.pid}-${++marks}`;

describe.skipIf(process.platform !== "linux")("a program that is ended", () => {
  test("before it began is not started", async () => {
    const reason = new Error("stopped");

    await expect(play({ command: ["sleep", "60"] }, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });

  test("ends when it is asked to, with everything it started", async () => {
    const [mark, controller, reason] = [newMark(), new AbortController(), new Error("stopped")];
    const script = "sleep 60 & (sleep 60 & sleep 60) & sleep 60";

    const played = play({ script, env: { MARK: mark } }, { signal: controller.signal });
    played.catch(() => undefined);
    await expect.poll(() => sleepers(mark), SOON).toBe(4);
    const asked = performance.now();
    controller.abort(reason);

    await expect(played).rejects.toBe(reason);
    expect(performance.now() - asked).toBeLessThan(2_000);
    expect(processesWith(mark)).toEqual([]);
  });

  test("is made to end after the grace period when it does not listen, nor what it started", async () => {
    const [mark, controller] = [newMark(), new AbortController()];
    const deaf = "trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & while :; do sleep 1; done";

    const played = play(
      { script: deaf, env: { MARK: mark } },
      { signal: controller.signal, limits: { graceMs: 300 } },
    );
    played.catch(() => undefined);
    await expect.poll(() => sleepers(mark), SOON).toBe(2);
    const asked = performance.now();
    controller.abort(new Error("stopped"));

    await expect(played).rejects.toThrow("stopped");
    expect(performance.now() - asked).toBeGreaterThanOrEqual(300);
    expect(processesWith(mark)).toEqual([]);
  });

  test("has the grace period to put things in order", async () => {
    const [mark, controller] = [newMark(), new AbortController()];
    const script = "trap 'sleep 0.3; exit 0' TERM; sleep 60 & wait";

    const played = play({ script, env: { MARK: mark } }, { signal: controller.signal });
    played.catch(() => undefined);
    await expect.poll(() => sleepers(mark), SOON).toBe(1);
    const asked = performance.now();
    controller.abort(new Error("stopped"));

    await expect(played).rejects.toThrow("stopped");
    expect(performance.now() - asked).toBeGreaterThanOrEqual(300);
    expect(performance.now() - asked).toBeLessThan(3_000);
    expect(processesWith(mark)).toEqual([]);
  });

  test("though it was stopped ends, too", async () => {
    const [mark, controller] = [newMark(), new AbortController()];

    const played = play(
      { script: "kill -STOP $$; sleep 60", env: { MARK: mark } },
      { signal: controller.signal, limits: { graceMs: 200 } },
    );
    played.catch(() => undefined);
    await expect.poll(() => processesWith(mark).map(({ state }) => state), SOON).toEqual(["T"]);
    controller.abort(new Error("stopped"));

    await expect(played).rejects.toThrow("stopped");
    expect(processesWith(mark)).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("what a program leaves behind", () => {
  test("is ended with the step, and does not hold it up", async () => {
    const mark = newMark();
    const begun = performance.now();

    const { stdout } = await play(
      { script: "sleep 60 & echo done", env: { MARK: mark } },
      { limits: { lingerMs: 200 } },
    );

    expect(stdout).toBe("done\n");
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(processesWith(mark)).toEqual([]);
  });

  test("is ended also when it has closed its streams", async () => {
    const mark = newMark();

    await play({ script: "sleep 60 >/dev/null 2>&1 </dev/null & true", env: { MARK: mark } });

    expect(processesWith(mark)).toEqual([]);
  });

  test("may write what it still has to write", async () => {
    const { stdout } = await play({ script: "(sleep 0.2; echo late) & echo early" });

    expect(stdout).toBe("early\nlate\n");
  });

  test("does not hold the step up when it has left the group, and is left alone", async () => {
    const mark = newMark();
    const begun = performance.now();

    const { stdout } = await play(
      { script: "setsid sleep 60 & echo done", env: { MARK: mark } },
      { limits: { lingerMs: 200 } },
    );

    expect(stdout).toBe("done\n");
    expect(performance.now() - begun).toBeLessThan(5_000);
    const left = processesWith(mark);
    expect(left).toHaveLength(1);
    process.kill(left[0]!.pid, "SIGKILL");
  });

  test("is no dead process: each one was waited for", async () => {
    await Promise.all(Array.from({ length: 20 }, () => play({ script: "true & exit 0" })));

    expect(zombies()).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("a group of processes", () => {
  test("in which all are dead counts as gone, though nobody waits for them", async () => {
    // The shell turns into a program that does not wait for what the shell started.
    const parent = spawn("/bin/sh", ["-c", "setsid sleep 60 & echo $!; exec sleep 60"]);
    onTestFinished(() => {
      parent.kill("SIGKILL");
    });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const group = Number(line.toString());
    const nameOf = (pid: number) => readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    await expect.poll(() => [nameOf(parent.pid!), nameOf(group)], SOON).toEqual(["sleep", "sleep"]);

    expect(hasLivingMembers(group)).toBe(true);
    process.kill(group, "SIGKILL");

    await expect.poll(() => hasLivingMembers(group), SOON).toBe(false);
    expect(isThere(group)).toBe(true);
  });

  test("in which one is alive does not", async () => {
    const leader = spawn("sleep", ["60"], { detached: true });
    onTestFinished(() => {
      leader.kill("SIGKILL");
    });

    expect(hasLivingMembers(leader.pid!)).toBe(true);
  });
});

test("an ordinary program takes no longer than it takes", async () => {
  await play({ command: ["true"] });
  const begun = performance.now();

  for (let i = 0; i < 10; i++) await play({ command: ["true"] });

  expect((performance.now() - begun) / 10).toBeLessThan(200);
});
