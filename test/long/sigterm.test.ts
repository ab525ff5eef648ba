import { expect, test } from "vitest";
import { makeCliWorkspace } from "../cli/workspace.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 20);

/** Items that end when they are told to, that never do, that fail and are tried again, and programs with children. */
const SCORE = `import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineScore, derive, input, map, shell, task } from "maestro-ts";
import { z } from "zod";

const start = input(z.object({ items: z.int().default(60) }));
const list = derive([start.items], (items) => Array.from({ length: items }, (_, i) => i));
const items = map({
  over: list,
  maxItems: 1000,
  concurrency: 16,
  each: (n) =>
    task({
      input: { n },
      output: z.int(),
      retry: { attempts: 100, backoff: "500ms", maxBackoff: "500ms" },
      run: async ({ input, signal }) => {
        appendFileSync("ledger", input.n + "\\n");
        if (existsSync("quick")) return input.n;
        if (input.n % 7 === 3) throw new Error("again");
        await sleep(input.n % 5 === 0 ? 60_000 : 100, undefined, input.n % 10 === 0 ? {} : { signal });
        return input.n;
      },
    }),
});
const program = shell({ script: "test -e quick || { sleep 77 & wait; }", idempotent: true });

export default defineScore({ id: "load", input: start, nodes: { items, program }, output: { items: items.output } });
`;

test(`${ROUNDS} times SIGTERM under load: exit code 130 within 31 s, and the run comes to its end afterwards`, async () => {
  let slowestMs = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const workspace = makeCliWorkspace({ "scores/load.ts": SCORE });
    const run = workspace.maestro(["run", "load"]);
    await expect
      .poll(() => (workspace.has("ledger") ? workspace.read("ledger").length : 0), { timeout: 30_000 })
      .toBeGreaterThan(60 + 40 * round);

    const at = Date.now();
    run.child.kill("SIGTERM");
    const { code } = await run;
    slowestMs = Math.max(slowestMs, Date.now() - at);

    expect(code).toBe(130);
    workspace.write("quick", "");
    const resumed = await workspace.maestro(["resume", "--quiet"]);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect((JSON.parse(resumed.stdout) as { items: number[] }).items).toHaveLength(60);
  }
  expect(slowestMs).toBeLessThan(31_000);
  console.log(`${ROUNDS} times SIGTERM under load: exit code 130 after at most ${slowestMs} ms, 0 runs lost`);
}, 1_800_000);
