import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { nextTime } from "../../src/compile/cron-times.ts";

const RUNS = Number(process.env.CRONS ?? 5_000);
const atom = fc.oneof(
  fc.constantFrom(
    "*",
    "?",
    "L",
    "W",
    "#",
    "MON",
    "jan",
    "sun-sat",
    "@daily",
    "-",
    "/",
    ",",
    "*/0",
    "0/0",
    "١",
    "",
  ),
  fc.integer({ min: -1, max: 99 }).map(String),
  fc.tuple(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 70 })).map(([a, b]) => `${a}-${b}`),
  fc.integer({ min: 0, max: 70 }).map((n) => `*/${n}`),
  fc.string({ maxLength: 6 }),
);
const field = fc.array(atom, { minLength: 1, maxLength: 3 }).map((atoms) => atoms.join(","));
const cron = fc.array(field, { minLength: 3, maxLength: 7 }).map((fields) => fields.join(" "));

test.prop([cron], { numRuns: RUNS, examples: [[" : 0 1"], ["0 0 1 1 1:"]] })(
  "no text of any fields crashes the clock, and only five fields are due",
  (text) => {
    const next = nextTime({ cron: text, timezone: "Europe/Berlin" }, new Date(Date.UTC(2026, 0, 1)));

    expect(next === undefined || next === null || next.getTime() > Date.UTC(2026, 0, 1)).toBe(true);
    if (text.trim().split(/\s+/).length !== 5) expect(next).toBeUndefined();
  },
);
