import { expect, test } from "vitest";
import { intercept, newFile, open } from "./workbench.ts";

test("what schedules and triggers ask about runs is read from indexes of its own, however much an orchestra has played", async () => {
  const asked: (readonly [string, readonly unknown[]])[] = [];
  const file = newFile();
  const connect = intercept((real) => ({
    execute(sql, args) {
      asked.push([sql, args ?? []]);
      return real.execute(sql, args);
    },
    query: (sql, args) => real.query(sql, args),
  }));
  const store = await open(file, { connect });
  asked.length = 0;

  await store.orchestras.openRuns("weekdays");
  await store.orchestras.endedRuns({ orchestra: "weekdays", status: ["completed"], since: 5, limit: 10 });

  const plans = await Promise.all(
    asked.map(async ([sql, args]) =>
      (await connect(file).execute(`EXPLAIN QUERY PLAN ${sql}`, args as never)).map(({ detail }) => detail),
    ),
  );
  expect(plans[0]).toEqual(["SEARCH runs USING INDEX runs_open_by_orchestra (orchestra=?)"]);
  expect(plans[1]).toContain("SEARCH runs USING INDEX runs_ended_by_orchestra (orchestra=? AND ended_at>?)");
});
