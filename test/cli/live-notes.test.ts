import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Kept } from "../../src/cli/dev/kept.ts";
import { LiveNotes } from "../../src/cli/dev/live-notes.ts";
import { ReadLogs } from "../../src/cli/dev/read-logs.ts";
import type { RunEvent } from "../../src/engine/index.ts";

const event = (what: object) => ({ run: "run_1", at: 1, ...what }) as RunEvent;

test("what a model says is kept while its step is under way: the end of it, and how long all of it is", () => {
  const notes = new LiveNotes();
  notes.hear(event({ type: "map.started", step: "drafts", items: 3 }));
  notes.hear(event({ type: "text", step: "letter", text: "Dear " }));
  notes.hear(event({ type: "progress", step: "letter", done: 1, total: 2 }));
  for (let i = 0; i < 1_000; i++) notes.hear(event({ type: "text", step: "letter", text: "Ada, Ada, " }));

  const live = notes.of("run_1")!;
  expect(live.texts.letter?.characters).toBe(10_005);
  expect(live.texts.letter?.text).toHaveLength(4_000);
  expect([live.progress, live.sizes]).toEqual([{ letter: { done: 1, total: 2 } }, { drafts: 3 }]);

  notes.hear(event({ type: "step.completed", step: "letter" }));
  expect(notes.of("run_1")?.texts).toEqual({});
  notes.hear(event({ type: "run.completed" }));
  expect(notes.of("run_1")).toBeUndefined();
});

test("the end of an orchestrator's log is read, the newest line first, and again when there is more", async () => {
  const root = mkdtempSync(join(tmpdir(), "maestro-logs-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const logs = new ReadLogs(root);
  expect(await logs.read()).toEqual([]);
  mkdirSync(join(root, ".maestro/logs"), { recursive: true });
  const file = join(root, ".maestro/logs/orchestrator.1.log");
  const line = (said: string) =>
    `${JSON.stringify({ level: "info", time: "2026-11-20T12:00:00.000Z", event: said, run: "run_1" })}\n`;
  writeFileSync(file, line("run begins"));

  expect(await logs.read()).toEqual([{ at: Date.UTC(2026, 10, 20, 12), text: "run begins  run=run_1" }]);
  appendFileSync(file, `${line("run came to rest")}no JSON\n`);

  expect((await logs.read()).map(({ text }) => text)).toEqual([
    "run came to rest  run=run_1",
    "run begins  run=run_1",
  ]);
});

test("an answer is given again for a while, and whoever was given an old one is told when there may be a new one", async () => {
  let asked = 0;
  const told = Promise.withResolvers<void>();
  const kept = new Kept(async () => ++asked, told.resolve);

  expect([await kept.get(), await kept.get(), await kept.get()]).toEqual([1, 1, 1]);
  await told.promise;
  expect(await kept.get()).toBe(2);
  kept.forget();
  expect(await kept.get()).toBe(3);
  kept.forget();
});
