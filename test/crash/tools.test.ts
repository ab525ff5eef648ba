import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { askedIn, effectsIn, playTool } from "./play-tool.ts";

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

test("killed where the model is told what a tool gave, a run goes on from there, and keeps the bill of what was said before", () => {
  const file = storeFile();

  expect(playTool(file, "when-told")).toBeUndefined();
  const { ended, billed } = playTool(file, "never")!;

  expect(ended).toMatchObject({ is: "completed", output: "sent" });
  expect(billed).toMatchObject([
    { attempt: 1, call: 1 },
    { attempt: 2, call: 1 },
  ]);
  expect(effectsIn(file)).toBe(1);
}, 30_000);

test("killed when the answer is written down and the step is not, a run reads it and asks for it no second time", () => {
  const file = storeFile();

  expect(playTool(file, "when-read")).toBeUndefined();
  const { ended } = playTool(file, "never")!;

  expect(ended).toMatchObject({ is: "completed", output: "sent" });
  expect(askedIn(file)).toEqual(["user", "tool"]);
}, 30_000);
