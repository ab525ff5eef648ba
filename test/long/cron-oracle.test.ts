import { expect, test } from "vitest";
import { CronInstants } from "../../src/support/cron-instants.ts";
import { vixie } from "../services/scheduler/vixie.ts";
import { CRONS, ZONES } from "../services/scheduler/zones.ts";

const YEARS = Number(process.env.YEARS ?? 10);
const FROM = Date.UTC(2020, 0, 1, 12);
const TO = Date.UTC(2020 + YEARS, 0, 1, 12);

test(`the instants of ${CRONS.length} schedules in ${ZONES.length} zones over ${YEARS} years are those of Vixie's cron`, () => {
  const table: string[] = [];
  for (const zone of ZONES) {
    const expected = vixie(CRONS, zone, [FROM, TO]);
    let [count, missing, extra] = [0, 0, 0];
    for (const [i, cron] of CRONS.entries()) {
      const instants = new CronInstants(cron, zone);
      const found = new Set<number>();
      for (let at = instants.after(FROM); at !== undefined && at <= TO; at = instants.after(at))
        found.add(at);
      const wanted = new Set(expected[i]);
      count += wanted.size;
      missing += [...wanted].filter((at) => !found.has(at)).length;
      extra += [...found].filter((at) => !wanted.has(at)).length;
    }
    table.push(`| ${zone} | ${count.toLocaleString("en")} | ${missing} | ${extra} |`);
  }
  console.log(["| zone | instants | missing | extra |", "| --- | --- | --- | --- |", ...table].join("\n"));
  for (const row of table) expect(row).toMatch(/\| 0 \| 0 \|$/);
}, 3_600_000);
