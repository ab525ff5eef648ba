import { expect, test } from "vitest";
import type { SchedulePlan } from "../../../src/plan/index.ts";
import { decide, jitterOf } from "../../../src/services/scheduler/decide.ts";
import { CronInstants } from "../../../src/support/cron-instants.ts";
import { simulateOrchestra } from "./simulate.ts";

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 5, 1, 12);

function decideHourly(
  more: Partial<SchedulePlan>,
  { cursor = NOON, now = NOON, open = [] as string[], decided = [] as number[] },
) {
  const schedule: SchedulePlan = {
    cron: "0 * * * *",
    timezone: "Etc/UTC",
    overlap: "skip",
    catchUp: "last",
    jitterMs: 0,
    ...more,
  };
  const times = new CronInstants(schedule.cron, schedule.timezone);
  const after = (at: number) => times.after(at);
  const { verdicts, nextAt } = decide(
    { id: "a", schedule, cursor, decided: new Set(decided), open, after },
    now,
  );
  const said = verdicts.map((one) => {
    const hour = (one.instant - NOON) / HOUR_MS;
    return one.is === "fire"
      ? `${hour} fire${one.replaces.map((run) => ` -${run}`).join("")}`
      : `${hour} ${one.reason.why}`;
  });
  return { said, nextAt, verdicts };
}

test("an instant that has come is played once, and the next is waited for", () => {
  expect(decideHourly({}, { now: NOON + HOUR_MS - 1 })).toMatchObject({ said: [], nextAt: NOON + HOUR_MS });
  expect(decideHourly({}, { now: NOON + HOUR_MS })).toMatchObject({
    said: ["1 fire"],
    nextAt: NOON + 2 * HOUR_MS,
  });
  expect(decideHourly({}, { cursor: NOON + HOUR_MS, now: NOON + HOUR_MS }).said).toEqual([]);
});

test("after an outage catchUp chooses: none, the last of a day, or the newest of a window", () => {
  const now = NOON + 5.5 * HOUR_MS;
  expect(decideHourly({ catchUp: "none" }, { now }).said).toEqual([
    "1 missed",
    "2 missed",
    "3 missed",
    "4 missed",
    "5 missed",
  ]);
  expect(decideHourly({}, { now }).said).toEqual(["1 missed", "2 missed", "3 missed", "4 missed", "5 fire"]);
  // One that is on time takes the place of those before.
  expect(decideHourly({}, { now: NOON + 3 * HOUR_MS + 5 }).said).toEqual(["1 missed", "2 missed", "3 fire"]);
  const all = { catchUp: { all: { max: 2, windowMs: 10 * HOUR_MS } }, overlap: "queue" } as const;
  expect(decideHourly(all, { now }).said).toEqual(["1 missed", "2 missed", "3 missed", "4 fire", "5 fire"]);
  const near = { catchUp: { all: { max: 9, windowMs: HOUR_MS } }, overlap: "queue" } as const;
  expect(decideHourly(near, { now }).said).toEqual([
    "1 missed",
    "2 missed",
    "3 missed",
    "4 missed",
    "5 fire",
  ]);
});

test("what was missed more than a day ago is told as one, and nothing of it is played", () => {
  const { verdicts } = decideHourly({}, { now: NOON + 240.5 * HOUR_MS });

  expect(verdicts[0]).toEqual({
    is: "skip",
    instant: NOON + HOUR_MS,
    reason: { why: "missed", until: NOON + 217 * HOUR_MS },
  });
  expect(verdicts).toHaveLength(25);
  expect(verdicts.at(-1)).toMatchObject({ is: "fire", instant: NOON + 240 * HOUR_MS });
});

test("where the last run is still under way overlap decides", () => {
  const due = { now: NOON + HOUR_MS, open: ["r1", "r2"] };
  expect(decideHourly({ overlap: "skip" }, due).verdicts).toMatchObject([
    { is: "skip", reason: { why: "overlap", run: "r1" } },
  ]);
  expect(decideHourly({ overlap: "queue" }, due).said).toEqual(["1 fire"]);
  expect(decideHourly({ overlap: "allow" }, due).said).toEqual(["1 fire"]);
  expect(decideHourly({ overlap: "replace" }, due).said).toEqual(["1 fire -r1 -r2"]);
});

test("jitter moves the run and not the instant, by the same time whoever asks", () => {
  const jitterMs = 20 * 60_000;
  const late = jitterOf("a", NOON + HOUR_MS, jitterMs);
  expect(late).toBe(jitterOf("a", NOON + HOUR_MS, jitterMs));
  expect(late).not.toBe(jitterOf("b", NOON + HOUR_MS, jitterMs));

  const playedAt = NOON + HOUR_MS + late;
  expect(decideHourly({ jitterMs }, { now: playedAt - 1 })).toMatchObject({ said: [], nextAt: playedAt });
  expect(decideHourly({ jitterMs }, { now: playedAt }).said).toEqual(["1 fire"]);
  const many = Array.from({ length: 2_000 }, (_, i) => jitterOf("a", i * HOUR_MS, 99));
  expect([Math.min(...many), Math.max(...many)]).toEqual([0, 99]);
});

test("what was decided before the clock was set back is not decided again", () => {
  const back = { cursor: NOON + 0.5 * HOUR_MS, decided: [NOON + HOUR_MS, NOON + 2 * HOUR_MS] };

  expect(decideHourly({}, { ...back, now: NOON + 2 * HOUR_MS }).said).toEqual([]);
  expect(decideHourly({}, { ...back, now: NOON + 3 * HOUR_MS }).said).toEqual(["3 fire"]);
});

test("over simulated years with outages, clocks that are set and edits each instant has one verdict, and catch-up is as it says", () => {
  let [instants, outages] = [0, 0];
  for (let seed = 1; seed <= 40; seed++) {
    const simulated = simulateOrchestra(seed, 0.5);
    expect(simulated.wrong, `seed ${seed}`).toEqual([]);
    instants += simulated.instants;
    outages += simulated.outages;
  }
  expect(instants).toBeGreaterThan(5_000);
  expect(outages).toBeGreaterThan(50);
});
