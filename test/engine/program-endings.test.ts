import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defineScore, shell } from "../../src/index.ts";
import { SOON } from "../players/outside.ts";
import { openHall } from "./hall.ts";

/** A program that takes `seconds` to put things in order when it is told to end, and writes down both. */
function tidy(log: string, seconds: number) {
  const trap = `trap 'echo told >> "$LOG"; sleep ${seconds}; echo end >> "$LOG"; exit 1' TERM`;
  return { script: `${trap}; echo begin >> "$LOG"; sleep 60 & wait`, env: { LOG: log } };
}

const linesOf = (file: string) => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []);

test("the next attempt at a program, and the end of the run, wait until the one that timed out is gone", async () => {
  const { start, folder } = await openHall();
  const log = join(folder, "log");
  const slow = shell({
    ...tidy(log, 0.3),
    timeout: "300ms",
    idempotent: true,
    retry: { attempts: 2, backoff: "10ms" },
  });

  const play = await start(defineScore({ id: "slow", nodes: { slow }, output: slow.output.stdout }));

  expect(await play.ending).toMatchObject({
    is: "failed",
    error: { code: "MR3002", message: "timed out after 300 ms" },
  });
  expect(linesOf(log)).toEqual(["begin", "told", "end", "begin", "told", "end"]);
});

test("a run is cancelled when its program that timed out is gone, however short the grace", async () => {
  const { start, engine, folder } = await openHall();
  const log = join(folder, "log");
  const slow = shell({ ...tidy(log, 2.5), timeout: "200ms" });
  const play = await start(defineScore({ id: "slow", nodes: { slow }, output: slow.output.stdout }));
  await expect.poll(() => linesOf(log), SOON).toEqual(["begin", "told"]);

  await engine.cancel(play.id, { by: "ada", graceMs: 10 });

  expect(linesOf(log)).toEqual(["begin", "told", "end"]);
});
