/** Workspaces for `orchestrator.mjs`: what is deployed in them, and what stands in their stores. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MIGRATIONS } from "../src/paths.ts";
import { openStore } from "../src/store/open-store.ts";
import { newId } from "../src/support/ids.ts";
import { BIN } from "./orchestrator-process.mjs";
import { makeWorkspace } from "./workspace.mjs";

/** Ten steps, and then it waits for a month; or a step that goes on until there is a file `go`. */
const SCORES = {
  parked: `import { defineScore, input, task, wait } from "maestro-ts";
import { z } from "zod";

const start = input(z.object({ n: z.number().default(1) }));
${Array.from({ length: 10 }, (_, i) => `const n${i} = task({ input: { n: ${i === 0 ? "start.n" : `n${i - 1}.output`} }, output: z.number(), run: ({ input }) => input.n + 1 });`).join("\n")}
const month = wait({ for: "30d", after: [n9] });

export default defineScore({ id: "parked", input: start, nodes: { ${Array.from({ length: 10 }, (_, i) => `n${i}`).join(", ")}, month }, output: { n: n9.output } });
`,
  "at-work": `import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const held = task({
  input: {},
  output: z.number(),
  run: async ({ signal }) => {
    while (!existsSync("go")) await sleep(200, undefined, { signal });
    return 1;
  },
});

export default defineScore({ id: "at-work", nodes: { held }, output: held.output });
`,
};

/** A workspace with `count` orchestras that play the one step of \`one\`, enabled, and one of each other score. */
export async function makeHouse({ count, cron, slots, durability = "power" }) {
  const folder = makeWorkspace(0);
  writeFileSync(
    join(folder, "maestro.config.ts"),
    `import { defineConfig } from "maestro-ts";\n\nexport default defineConfig({ limits: { runs: ${slots} }, store: { durability: "${durability}" } });\n`,
  );
  for (const [id, text] of Object.entries(SCORES)) writeFileSync(join(folder, `scores/${id}.ts`), text);
  mkdirSync(join(folder, "orchestras"));
  for (let i = 0; i < count; i++)
    writeOrchestra(folder, `every-${String(i).padStart(2, "0")}`, { plays: "one", cron });
  for (const plays of Object.keys(SCORES)) writeOrchestra(folder, `of-${plays}`, { plays });
  execFileSync(process.execPath, [BIN, "deploy", "--yes"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  await inStore(folder, async (store) => {
    const at = Date.now();
    const ids = (await store.orchestras.list()).map(({ id }) => id).filter((id) => id.startsWith("every-"));
    const put = ids.map((orchestra) => ({
      orchestra,
      field: "enabled",
      value: "true",
      who: "bench",
      why: null,
      at,
    }));
    const cursors = ids.map((orchestra) => ({ orchestra, at }));
    await store.orchestras.override({ put, removed: [], cursors, audit: [] });
  });
  return folder;
}

function writeOrchestra(folder, id, { plays, cron }) {
  const schedule = cron ? `schedule: { cron: "${cron}", timezone: "Europe/Berlin", overlap: "allow" },` : "";
  writeFileSync(
    join(folder, `orchestras/${id}.ts`),
    `import { defineOrchestra } from "maestro-ts";
import score from "../scores/${plays}.ts";

export default defineOrchestra({ id: "${id}", name: "${id}", plays: score, input: {}, ${schedule} });
`,
  );
}

/** Opens the workspace's store, as long as nobody else does. */
export async function inStore(folder, use) {
  const file = join(folder, ".maestro/maestro.db");
  const store = await openStore({ file, durability: "process", migrations: MIGRATIONS, wait: true });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Puts runs into the queue, of these priorities in turn, and gives their ids in the order in which they are to begin. */
export function queueRuns(folder, { score, count, priorities = [0, 10, -10] }) {
  return inStore(folder, async (store) => {
    const { deployment } = (await store.orchestras.list()).find((one) => one.score === score);
    const queued = [];
    for (let i = 0; i < count; i++) {
      const row = { id: newId("run"), priority: priorities[i % priorities.length] };
      queued.push(row);
      void store.createRun({
        ...row,
        score,
        deployment,
        status: "queued",
        input: '{"n":1}',
        createdAt: Date.now(),
        startedAt: null,
        parent: null,
      });
      if (i % 1_000 === 999) await store.settled();
    }
    await store.settled();
    return queued.toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
  });
}

/** Writes completed runs of 100 steps each, as playing them would have. */
export function writeHistory(folder, steps) {
  return inStore(folder, async (store) => {
    const rows = (await store.orchestras.list()).filter(({ id }) => id.startsWith("every-"));
    const at = Date.now() - 86_400_000;
    for (let i = 0; i < steps / 100; i++) {
      const { id: orchestra, score, deployment } = rows[i % rows.length];
      const id = newId("run");
      const common = { id, score, deployment, input: '{"n":1}', createdAt: at + i, parent: null };
      void store.createRun({ ...common, orchestra, status: "running", startedAt: at + i });
      for (let n = 0; n < 100; n++)
        void store.recordStep({
          runId: id,
          key: `n${n}`,
          attempt: 1,
          kind: "task",
          status: "completed",
          output: `{"n":${n}}`,
          error: null,
          info: null,
          startedAt: at + i,
          endedAt: at + i + 1,
        });
      void store.endRun({
        id,
        status: "completed",
        output: '{"n":100}',
        error: null,
        reason: null,
        endedAt: at + i + 1,
      });
      if (i % 20 === 19) await store.settled();
    }
  });
}
