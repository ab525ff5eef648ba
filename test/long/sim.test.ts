import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const SEEDS = Number(process.env.SEEDS ?? 100_000);
const SIM = join(import.meta.dirname, "../sim/sim.ts");

test(`no promise is broken in ${SEEDS} seeds`, async () => {
  const half = Math.ceil(SEEDS / 2);
  const play = (from: number) =>
    promisify(execFile)(process.execPath, [SIM, "--seeds", `${half}`, "--from", `${from}`, "--json"]).catch(
      // It ends with 1 when a seed has failed, and says which.
      ({ stdout }: { stdout: string }) => ({ stdout }),
    );

  const parts = await Promise.all([play(0), play(half)]);

  for (const { stdout } of parts) {
    const { failed, ...figures } = JSON.parse(stdout) as { failed: readonly unknown[] };
    console.log(JSON.stringify(figures));
    expect(failed).toEqual([]);
  }
});
