import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bundlePlayer } from "../bundle-player.ts";

const PLAYER = await bundlePlayer(join(import.meta.dirname, "queued-player.ts"));

function play(folder: string, how: "begin" | "resume"): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const args = ["--no-warnings", PLAYER, join(folder, "m.db"), join(folder, "ledger"), how];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    let err = "";
    child.stderr.on("data", (text) => (err += text));
    child.on("error", reject);
    child.on("close", (code, signal) =>
      code === 0 || signal === "SIGKILL" ? resolve(signal) : reject(new Error(err)),
    );
  });
}

test("acknowledged runs in the queue survive kill -9, and begin in their order: priority, then age", async () => {
  const folder = mkdtempSync(join(tmpdir(), "maestro-queued-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const lines = (name: string) => readFileSync(join(folder, name), "utf8").trim().split("\n");

  expect(await play(folder, "begin")).toBe("SIGKILL");
  expect(lines("ledger.acknowledged")).toHaveLength(5);
  expect(lines("ledger")).toEqual(["first"]);
  await play(folder, "resume");

  expect(lines("ledger")).toEqual(["first", "first", "f", "d", "b", "e", "c"]);
}, 60_000);
