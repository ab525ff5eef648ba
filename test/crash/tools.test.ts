import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { effectsIn, playTool } from "./play-tool.ts";

function storeFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "maestro-tools-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "m.db");
}

test("killed between a tool's effect and its journal, a run says that nobody knows of it, and calls it no second time", () => {
  const file = storeFile();

  expect(playTool(file, "in-tool")).toBeUndefined();
  const { ended, called } = playTool(file, "never")!;

  expect(ended).toMatchObject({ is: "failed", error: { code: "MR3089" } });
  expect(called).toMatchObject([{ result: null }]);
  expect(effectsIn(file)).toBe(1);
}, 30_000);

test("killed where the model is told what a tool gave, a run goes on from there", () => {
  const file = storeFile();

  expect(playTool(file, "when-told")).toBeUndefined();
  const { ended } = playTool(file, "never")!;

  expect(ended).toMatchObject({ is: "completed", output: "sent" });
  expect(effectsIn(file)).toBe(1);
}, 30_000);
