import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { effectsIn, playTool } from "../crash/play-tool.ts";

test("killed at any of its writes, a run calls a tool with effects once at most, and completes only with its effect", () => {
  const folder = mkdtempSync(join(tmpdir(), "maestro-tools-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const straight = playTool(join(folder, "straight.db"), "never")!;
  expect(straight.ended.is).toBe("completed");
  const endings = new Set<string>();

  for (let at = 1; at <= straight.writes; at++)
    for (const when of ["before", "after"]) {
      const file = join(folder, `${when}-${at}.db`);
      expect(playTool(file, `${when}:${at}`)).toBeUndefined();
      const { ended, called } = playTool(file, "never")!;
      endings.add(ended.error?.code ?? ended.is);

      expect(effectsIn(file), `${when}:${at}`).toBeLessThanOrEqual(1);
      if (ended.is === "completed") expect(effectsIn(file)).toBe(1);
      // Of what nobody knows, nobody says anything.
      else expect(called).toMatchObject([{ result: null }]);
    }

  expect([...endings].toSorted()).toEqual(["MR3089", "completed"]);
}, 300_000);
