import { expect, test } from "vitest";
import { runDamage } from "../store/run-damage.ts";

const COUNT = Number(process.env.DAMAGES ?? 2_000);
const SEED = Number(process.env.SEED ?? 1_000);

test(`${2 * COUNT} damaged stores: none ends the process, hangs it, is changed by being refused, or gives what SQLite knows to be wrong`, async () => {
  const { problems, refused, told, same, unseen } = await runDamage({ first: SEED, count: COUNT });

  expect(problems).toEqual([]);
  console.log(
    `${2 * COUNT} damaged stores: ${refused} refused unchanged, ${told} told when used, ${same} whole, ${unseen} with a change that no check of SQLite's sees; 0 crashes, 0 hangs`,
  );
});
