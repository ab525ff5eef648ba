import { expect, test } from "vitest";
import * as accounts from "../../src/store/accounts.ts";
import * as artifacts from "../../src/store/artifacts.ts";
import * as audit from "../../src/store/audit.ts";
import * as cached from "../../src/store/cached.ts";
import * as deliveries from "../../src/store/deliveries.ts";
import * as deployments from "../../src/store/deployments.ts";
import * as events from "../../src/store/events.ts";
import { ROWS_AT_ONCE, type Write } from "../../src/store/insertion.ts";
import * as modelCalls from "../../src/store/model-calls.ts";
import * as occurrences from "../../src/store/occurrences.ts";
import * as orchestras from "../../src/store/orchestras.ts";
import * as overrides from "../../src/store/overrides.ts";
import * as prices from "../../src/store/prices.ts";
import * as recordings from "../../src/store/recordings.ts";
import * as runs from "../../src/store/runs.ts";
import * as steps from "../../src/store/steps.ts";
import * as turns from "../../src/store/turns.ts";

const writes = Object.entries({
  ...accounts,
  ...artifacts,
  ...audit,
  ...cached,
  ...deliveries,
  ...deployments,
  ...events,
  ...modelCalls,
  ...occurrences,
  ...orchestras,
  ...overrides,
  ...prices,
  ...recordings,
  ...runs,
  ...steps,
  ...turns,
}).filter((entry): entry is [string, Write] => typeof entry[1] === "object" && "rank" in entry[1]);

test("every statement that writes has its own rank", () => {
  expect(writes).toHaveLength(31);
  expect(new Set(writes.map(([, { rank }]) => rank)).size).toBe(31);
});

test.each(writes)("%s has as many ? as it says it takes arguments", (_name, write) => {
  for (const { one, many, width } of write.short ? [write, write.short] : [write]) {
    expect(one.match(/\?/g)).toHaveLength(width);
    if (many !== null) expect(many.match(/\?/g)).toHaveLength(width * ROWS_AT_ONCE);
  }
});
