import { expect, test } from "vitest";
import * as artifacts from "../../src/store/artifacts.ts";
import * as cached from "../../src/store/cached.ts";
import * as deployments from "../../src/store/deployments.ts";
import * as events from "../../src/store/events.ts";
import { ROWS_AT_ONCE, type Write } from "../../src/store/insertion.ts";
import * as runs from "../../src/store/runs.ts";
import * as steps from "../../src/store/steps.ts";

const writes = Object.entries({
  ...artifacts,
  ...cached,
  ...deployments,
  ...events,
  ...runs,
  ...steps,
}).filter((entry): entry is [string, Write] => typeof entry[1] === "object" && "rank" in entry[1]);

test("every statement that writes has its own rank", () => {
  expect(writes).toHaveLength(12);
  expect(new Set(writes.map(([, { rank }]) => rank)).size).toBe(12);
});

test.each(writes)("%s has as many ? as it says it takes arguments", (_name, { one, many, width }) => {
  expect(one.match(/\?/g)).toHaveLength(width);
  if (many !== null) expect(many.match(/\?/g)).toHaveLength(width * ROWS_AT_ONCE);
});
