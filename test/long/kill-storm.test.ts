import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { openStore } from "../../src/store/open-store.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const KILLS = Number(process.env.KILLS ?? 300);
const ITEMS = 40;
const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

/** Every attempt of every step writes a line to a file outside of the store, before it does anything else. */
const SCORE = `import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineScore, derive, input, map, task } from "maestro-ts";
import { z } from "zod";

const start = input(z.object({ run: z.int(), ledger: z.string() }));
const list = derive([start.run], (run) => Array.from({ length: ${ITEMS} }, (_, i) => run * 1000 + i));
const items = map({
  over: list,
  maxItems: ${ITEMS},
  concurrency: 4,
  each: (n) =>
    task({
      input: { n, ledger: start.ledger },
      output: z.number(),
      run: async ({ input }) => {
        appendFileSync(input.ledger, input.n + "\\n");
        await sleep(2);
        return input.n * 2;
      },
    }),
});
const sum = task({ input: { items: items.output }, output: z.number(), run: ({ input }) => input.items.reduce((a, b) => a + b, 0) });

export default defineScore({ id: "storm", input: start, nodes: { items, sum }, output: { sum: sum.output } });
`;

interface Kill {
  readonly afterMs: number;
  /** Counted from when it has said that there is a run, or from its start. */
  readonly isOfRun: boolean;
}

function maestro(
  root: string,
  words: readonly string[],
  kill: Kill | undefined = undefined,
): Promise<{ code: number | null; signal: string | null; stdout: string; saidAt: number; endedAt: number }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(REPOSITORY, "bin/maestro.cjs"), ...words], {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
    });
    let [stdout, saidAt] = ["", 0];
    let timer: NodeJS.Timeout | undefined;
    const plan = () => {
      timer = kill && setTimeout(() => child.kill("SIGKILL"), kill.afterMs);
    };
    if (!kill?.isOfRun) plan();
    child.stdout.on("data", (text) => {
      stdout += text;
      if (saidAt > 0 || !stdout.includes("run_")) return;
      saidAt = performance.now();
      if (kill?.isOfRun) plan();
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, saidAt, endedAt: performance.now() });
    });
  });
}

/** With these words steps are played in the process itself, or in its children. */
const WHERE = { inline: [], "in children": ["--isolated"] } as const;
/** With `power` the journal has room ahead of what is written. */
const DURABILITY = { inline: "power", "in children": "process" } as const;

test.each(["inline", "in children"] as const)(
  "runs that are played %s, killed at random, resumed and killed again lose nothing, and repeat no stored step",
  async (where) => {
    const root = mkdtempSync(join(tmpdir(), "maestro-storm-"));
    roots.push(root);
    mkdirSync(join(root, "scores"));
    mkdirSync(join(root, "node_modules"));
    symlinkSync(REPOSITORY, join(root, "node_modules/maestro-ts"));
    symlinkSync(join(REPOSITORY, "node_modules/zod"), join(root, "node_modules/zod"));
    writeFileSync(join(root, "package.json"), '{ "name": "storm", "private": true, "type": "module" }');
    writeFileSync(
      join(root, "maestro.config.ts"),
      `import { defineConfig } from "maestro-ts";\nexport default defineConfig({ store: { durability: "${DURABILITY[where]}" } });\n`,
    );
    writeFileSync(join(root, "scores/storm.ts"), SCORE);
    const ledger = join(root, "ledger");
    const play = (run: number) => [
      "run",
      "storm",
      "-i",
      `run=${run}`,
      "-i",
      `ledger=${ledger}-${run}`,
      ...WHERE[where],
    ];
    await maestro(root, play(0));
    const startedAt = performance.now();
    const straight = await maestro(root, play(0));
    const acknowledged = new Set<string>();
    let [kills, begun] = [0, 0];
    let seed = 42;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };

    // Most while the run is played, some before it is there; as long as that takes on this machine today.
    const kill = (): Kill => {
      const isOfRun = random() < 0.85;
      const tookMs = straight.endedAt - (isOfRun ? straight.saidAt : startedAt);
      return { isOfRun, afterMs: tookMs * random() };
    };

    while (kills < KILLS) {
      begun++;
      const first = await maestro(root, play(begun), kill());
      const id = /run_[0-9a-f]{32}/.exec(first.stdout)?.[0];
      if (id) acknowledged.add(id);
      if (first.signal === null) continue;
      kills++;
      // Killed again while it is resumed, now and then.
      while (random() < 0.4 && kills < KILLS)
        if ((await maestro(root, ["resume", ...WHERE[where]], kill())).signal) kills++;
      expect((await maestro(root, ["resume", ...WHERE[where]])).code).toBe(0);
    }

    const store = await openStore({
      file: join(root, ".maestro/maestro.db"),
      durability: "process",
      migrations: join(REPOSITORY, "migrations"),
    });
    const runs = await store.listRuns({ limit: 10_000 });
    await store.close();
    const ended = new Map(runs.map(({ id, status }) => [id, status]));
    let repeated = 0;
    for (let run = 1; run <= begun; run++) {
      if (!existsSync(`${ledger}-${run}`)) continue;
      const counts = new Map<string, number>();
      for (const line of readFileSync(`${ledger}-${run}`, "utf8").trim().split("\n"))
        counts.set(line, (counts.get(line) ?? 0) + 1);
      expect(counts.size, `run ${run}`).toBe(ITEMS);
      for (const count of counts.values()) repeated += count - 1;
    }
    for (const id of acknowledged) expect(ended.get(id), id).toBe("completed");
    // At a kill at most four items are under way, and what ended within the last commit.
    expect(repeated).toBeLessThanOrEqual(kills * 8);
    console.log(
      `${kills} kills -9 of runs that are played ${where}, over ${begun} runs: ${acknowledged.size} acknowledged, 0 lost, ${repeated} of ${begun * ITEMS} steps repeated (${(repeated / kills).toFixed(2)} a kill)`,
    );
  },
);
