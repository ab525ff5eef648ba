import { expect, test } from "vitest";
import { SCHEMA_VERSION } from "../../src/store/schema-version.ts";
import { makeOlderHouse } from "./migrating.ts";

test("an orchestrator that is killed while it migrates an older store leaves that or the new one, and the next goes on with its runs", {
  timeout: 120_000,
}, async () => {
  const house = await makeOlderHouse(1);

  for (const [statement, left] of [
    ["CREATE TABLE `orchestras`", "old"],
    ["COMMIT", "old"],
    ["SELECT created_at, deployed_at", "new"],
  ] as const) {
    expect((await house.start(statement)).signal, statement).toBe("SIGKILL");
    expect(await house.expectWhole(SCHEMA_VERSION), statement).toBe(left);
  }
  await house.expectGoesOn();
});
