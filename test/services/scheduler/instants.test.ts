import { expect, test } from "vitest";
import { CronInstants } from "../../../src/support/cron-instants.ts";
import { vixie } from "./vixie.ts";
import { CRONS, type ZONES } from "./zones.ts";

/** Around the new year, and the days on which clocks are set. */
const SPANS = [
  [Date.UTC(2025, 11, 25, 11), Date.UTC(2026, 0, 5, 12)],
  [Date.UTC(2026, 2, 20, 11), Date.UTC(2026, 3, 10, 12)],
  [Date.UTC(2026, 8, 25, 11), Date.UTC(2026, 10, 1, 12)],
] as const;

function allOf(cron: string, timezone: string, [from, to]: readonly [number, number]): number[] {
  const instants = new CronInstants(cron, timezone);
  const found: number[] = [];
  for (let at = instants.after(from); at !== undefined && at <= to; at = instants.after(at)) found.push(at);
  return found;
}

// All zones, over ten years, are in the long tests.
const ZONED = (["Europe/Berlin", "Australia/Lord_Howe"] satisfies (typeof ZONES)[number][]).flatMap((zone) =>
  SPANS.map((span) => [zone, span] as const),
);

test.each(ZONED)("the instants in %s are those of Vixie's cron, each once, in %j", (timezone, span) => {
  const expected = vixie(CRONS, timezone, span);
  for (const [i, cron] of CRONS.entries()) {
    const found = allOf(cron, timezone, span);
    expect(found.length, cron).toBe(expected[i]!.length);
    expect(
      found.find((at, n) => at !== expected[i]![n]),
      cron,
    ).toBeUndefined();
  }
});

test("a time that the clock skips is due when the gap ends, and one that comes twice the first time", () => {
  const berlin = (cron: string, from: string) =>
    new Date(new CronInstants(cron, "Europe/Berlin").after(Date.parse(from))!).toISOString();

  expect(berlin("30 2 * * *", "2026-03-28T12:00Z")).toBe("2026-03-29T01:00:00.000Z");
  expect(berlin("15,45 2 * * *", "2026-03-29T01:00Z")).toBe("2026-03-30T00:15:00.000Z");
  expect(berlin("30 2 * * *", "2026-10-24T12:00Z")).toBe("2026-10-25T00:30:00.000Z");
  expect(berlin("30 2 * * *", "2026-10-25T00:30Z")).toBe("2026-10-26T01:30:00.000Z");
  // Every so often goes on in real time.
  expect(berlin("*/30 2 * * *", "2026-10-25T00:30Z")).toBe("2026-10-25T01:00:00.000Z");
});

test("it is found from any moment within a minute, and years ahead", () => {
  const noon = new CronInstants("0 12 * * *", "Etc/UTC");
  expect(noon.after(Date.UTC(2026, 0, 1, 11, 59, 59, 999))).toBe(Date.UTC(2026, 0, 1, 12));
  expect(noon.after(Date.UTC(2026, 0, 1, 12))).toBe(Date.UTC(2026, 0, 2, 12));
  expect(noon.after(Date.UTC(2026, 0, 1, 12, 0, 0, 1))).toBe(Date.UTC(2026, 0, 2, 12));
  const leap = new CronInstants("0 12 29 2 *", "Europe/Berlin");
  expect(leap.after(Date.UTC(2096, 2, 1))).toBe(Date.UTC(2104, 1, 29, 11));
  expect(new CronInstants("0 0 31 2 *", "Etc/UTC").after(0)).toBeUndefined();
});
