import { copyFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SCHEMA_VERSION } from "../../src/store/schema-version.ts";
import { makeOlderHouse } from "../cli/migrating.ts";

test("killed before any statement of its start, a migration among them, an orchestrator leaves the old store or the new one, and the next loses nothing", {
  timeout: 3_000_000,
}, async () => {
  const house = await makeOlderHouse(1);
  const seen = { old: 0, new: 0 };

  for (let statement = 1; ; statement++) {
    house.reset();
    const started = house.start(String(statement));
    const isUp = await Promise.race([
      started.said('"recovered"').then(() => true),
      started.then(() => false),
    ]);
    if (isUp) break;
    expect((await started).signal).toBe("SIGKILL");
    seen[await house.expectWhole(SCHEMA_VERSION)]++;
    await house.expectGoesOn();
  }

  // What was kept can be gone back to.
  house.reset();
  await house.expectGoesOn();
  copyFileSync(house.backup, house.workspace.path("old.db"));
  house.workspace.remove("go");
  expect(await house.workspace.maestro(["restore", "old.db", "--yes"])).toMatchObject({ code: 0 });
  expect(await house.expectWhole(1)).toBe("old");
  house.workspace.write("ledger", "ada first\nada second\n");
  await house.expectGoesOn();
  expect(seen.old).toBeGreaterThan(90);
  expect(seen.new).toBeGreaterThan(5);
  console.log(
    `killed before each of ${seen.old + seen.new} statements: ${seen.old} times the old store, ${seen.new} times the new one, nothing lost`,
  );
});
