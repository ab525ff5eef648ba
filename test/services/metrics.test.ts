import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { defineScore, task } from "../../src/index.ts";
import { openFace } from "../../src/services/orchestrator/open-face.ts";
import { readMetrics } from "../../src/services/orchestrator/read-metrics.ts";
import { openHall } from "../engine/hall.ts";

const DASHBOARD = fileURLToPath(new URL("../../docs/deploy/grafana.json", import.meta.url));

function ask(port: number, path: string, headers: Record<string, string> = {}, method = "GET") {
  return new Promise<{ readonly status: number | undefined; readonly text: string }>((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode, text }));
    })
      .on("error", reject)
      .end();
  });
}

test("metrics say how many runs stand how, what became of instants and how the process is; nobody else's page may ask", async () => {
  const { store, engine, folder, start, prepare: hall } = await openHall(undefined, { limits: { runs: 1 } });
  const gate = Promise.withResolvers<number>();
  const work = task({ input: {}, output: z.number(), run: () => gate.promise });
  const made = defineScore({ id: "work", nodes: { work }, output: work.output });
  const first = await start(made as never);
  const second = await start(made as never);
  const { createdAt } = (await store.run(second.id))!;
  const { hash } = await hall(made as never);
  const budget = { perDayMicroUsd: 2_000_000 };
  const definition = JSON.stringify({ id: "mornings", score: "work", input: {}, budget });
  const orchestra = { id: "mornings", score: "work", deployment: hash, hash: "a".repeat(64), definition };
  await store.orchestras.deploy({
    deployments: [],
    put: [{ ...orchestra, createdAt, deployedAt: createdAt }],
    destroyed: [],
    audit: [],
  });
  store.recordModelCall({
    runId: first.id,
    step: "work",
    attempt: 1,
    call: 1,
    agent: "writer",
    model: "local/small",
    startedAt: createdAt,
    durationMs: 1,
    inputTokens: 1,
    cachedTokens: 0,
    outputTokens: 1,
    reasoningTokens: 0,
    microUsd: 500_000,
    prices: "config",
    error: null,
    source: "live",
    orchestra: "mornings",
  });
  await store.settled();
  const seen = { fired: 5, skipped: 3, missed: 2, failed: 1, lagsMs: [10, 250, 20] };
  const received = { fired: 4, again: 1, refused: 2 };
  const now = () => createdAt + 4_000;
  const file = join(folder, "m.db");
  const face = await openFace({
    port: 0,
    read: () => readMetrics({ engine, store, now, file, slots: 1, seen, received }),
  });
  onTestFinished(() => face.close());

  const { status, text } = await ask(face.port, "/metrics");

  expect(status).toBe(200);
  const lines = text.split("\n");
  for (const line of [
    'maestro_runs{status="running"} 1',
    'maestro_runs{status="queued"} 1',
    "maestro_slots 1",
    "maestro_slots_in_use 1",
    "maestro_queued_runs 1",
    "maestro_queue_age_seconds 4",
    'maestro_instants{as="fired"} 5',
    'maestro_instants{as="missed"} 2',
    'maestro_instant_lag_seconds{quantile="0.99"} 0.25',
    'maestro_deliveries{as="refused"} 2',
    'maestro_budget_left_usd{orchestra="mornings"} 1.5',
    "maestro_cost_today_usd 0.5",
  ])
    expect(lines).toContain(line);
  expect(text).toMatch(/\nmaestro_store_wal_bytes [1-9]\d*\n/);
  expect(text).toMatch(/\nprocess_resident_memory_bytes [1-9]\d*\n/);
  expect(text).toMatch(/\nmaestro_loop_delay_seconds [\d.]+/);

  expect(await ask(face.port, "/healthz")).toEqual({ status: 200, text: "ok\n" });
  expect((await ask(face.port, "/metrics", { host: "evil.example" })).status).toBe(421);
  expect((await ask(face.port, "/metrics", { origin: "http://localhost" })).status).toBe(403);
  expect((await ask(face.port, "/metrics", {}, "POST")).status).toBe(405);
  expect((await ask(face.port, "/runs")).status).toBe(404);
  await expect(openFace({ port: face.port, read: async () => ({}) })).rejects.toMatchObject({
    code: "MR1019",
  });

  // Everything that the dashboard shows is there.
  for (const [name] of readFileSync(DASHBOARD, "utf8").matchAll(/\b(?:maestro|process)_\w+/g))
    expect(text).toContain(`\n# TYPE ${name} gauge\n`);
  gate.resolve(1);
  await Promise.all([first.ending, second.ending]);
});
