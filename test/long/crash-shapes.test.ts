import { expect, test } from "vitest";
import { CrashHall, killShape, playStraight, SHAPES } from "../crash/run-shapes.ts";

/** Kills at any moment, besides those at every write. */
const RANDOM = Number(process.env.RANDOM_KILLS ?? 20);

test("twelve shapes of a score, killed at every write and at random: nothing acknowledged is lost, nothing stored is done again", async () => {
  const hall = await CrashHall.open();
  const sum = { kills: 0, random: 0, acknowledged: 0, repeated: 0, effects: 0 };
  let seed = 42;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  try {
    for (const shape of Object.keys(SHAPES)) {
      const startedAt = Date.now();
      const straight = await playStraight(hall, shape);
      const tookMs = Date.now() - startedAt;
      const kills: { kill: string; killAfterMs?: number }[] = [];
      for (let write = 1; write <= straight.writes; write++)
        kills.push({ kill: `before:${write}` }, { kill: `after:${write}` });
      for (let i = 0; i < RANDOM; i++)
        kills.push({ kill: "never", killAfterMs: tookMs * (0.4 + 0.6 * random()) });
      const lane = async () => {
        for (let next = kills.shift(); next; next = kills.shift()) {
          const { killed, acknowledged, repeated } = await killShape(hall, shape, { ...next, straight });
          if (killed) sum[next.killAfterMs === undefined ? "kills" : "random"]++;
          if (acknowledged) sum.acknowledged++;
          sum.repeated += repeated;
          for (const count of straight.byStep.values()) sum.effects += count;
        }
      };
      await Promise.all([lane(), lane(), lane()]);
    }
  } finally {
    hall.close();
  }

  // How many writes there are depends on what a machine gathers in one of them.
  expect(sum.kills).toBeGreaterThan(150);
  console.log(
    `${sum.kills} kills at every write of 12 shapes and ${sum.random} at random: ${sum.acknowledged} acknowledged runs, 0 lost; 0 stored steps done again; ${sum.repeated} of ${sum.effects} effects done twice, all under way at a kill and all with the same key`,
  );
});
