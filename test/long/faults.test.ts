import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("every seeded fault of the engine and the store is found by the test that is named for it", async () => {
  const script = join(import.meta.dirname, "../faults/run-faults.ts");

  const { stdout } = await promisify(execFile)(process.execPath, [script, "--json"]).catch(
    ({ stdout }: { stdout: string }) => ({ stdout }),
  );

  expect(JSON.parse(stdout)).toMatchObject({ missed: [], wrong: [] });
});
