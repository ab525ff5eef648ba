import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { NOTHING_OUTSIDE } from "../../src/engine/outside.ts";
import { type Reply, serveModels } from "../players/model-server.ts";
import { openHall, PLACES, type Place } from "./hall.ts";

async function play(place: Place, toCalls: (ledger: string) => Reply) {
  let ledger = "";
  const server = await serveModels((_asked, nth) => (nth === 1 ? toCalls(ledger) : { says: "done" }));
  const providers = { local: { baseUrl: server.baseUrl } };
  const hall = await openHall(place, {
    outside: { secret: () => "s3cret-value", models: { ...NOTHING_OUTSIDE.models, providers } },
  });
  ledger = hall.newLedger();
  const run = await hall.start("tools", { ledger }, "tool-scores.ts");
  const ending = await run.ending;
  const results = (await hall.store.toolTurnsOf(run.id)).map(({ result }) => JSON.parse(result ?? "null"));
  return { ending, results, ledger, server, run, bytes: hall.bytes() };
}

describe.each(PLACES)("tools played %s", (place) => {
  test("are checked, bounded, given their secrets, and told of to the model", async () => {
    const { ending, results, server, run, bytes } = await play(place, () => ({
      calls: [
        { tool: "add", with: { a: 2, b: 3 } },
        { tool: "add", with: { a: "2", b: 3 } },
        { tool: "add", with: { a: -2, b: 3 } },
        { tool: "add", with: { a: 99, b: 3 } },
        { tool: "add", with: { a: 0, b: 3 } },
        { tool: "hang", with: {} },
      ],
    }));

    expect(ending).toEqual({ is: "completed", output: "done" });
    expect(results.map(({ output, error }) => output ?? error).toSorted()).toEqual([
      5,
      "it took longer than 200 ms and was told to end",
      "its result does not fit: Invalid input: expected number, received string",
      "its result does not fit: Too big: expected number to be <=100",
      "refused: numbers are not negative",
      "the arguments do not fit: a: Invalid input: expected number, received string",
    ]);
    const seen = JSON.stringify([results, run.events, server.asked, bytes]);
    expect(seen).not.toContain("s3cret-value");
  });
});

test("a tool with effects that ends its process is called by nobody again", async () => {
  const { ending, ledger, results, server } = await play("children", (file) => ({
    calls: [{ tool: "leave", with: { ledger: file } }],
  }));

  expect(ending).toMatchObject({ is: "failed", error: { code: "MR3089" } });
  expect([results, server.asked.length]).toEqual([[null], 1]);
  expect(readFileSync(ledger, "utf8")).toBe("left\n");
});
