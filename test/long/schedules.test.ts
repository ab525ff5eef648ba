import { expect, test } from "vitest";
import { simulateOrchestra } from "../services/scheduler/simulate.ts";

const YEARS = Number(process.env.YEARS ?? 10);
const ORCHESTRAS = Number(process.env.ORCHESTRAS ?? 200);

test(`${ORCHESTRAS} orchestras over ${YEARS} years with outages, clocks that are set and edits: one verdict for each instant, catch-up as it says`, () => {
  let [instants, fired, outages] = [0, 0, 0];
  for (let seed = 1; seed <= ORCHESTRAS; seed++) {
    const simulated = simulateOrchestra(seed, YEARS);
    expect(simulated.wrong, `seed ${seed}`).toEqual([]);
    instants += simulated.instants;
    fired += simulated.fired;
    outages += simulated.outages;
  }
  console.log(
    `${ORCHESTRAS} orchestras, ${YEARS} years: ${instants} instants, ${fired} runs, ${outages} outages, 0 instants with two runs, 0 forgotten`,
  );
}, 3_600_000);
