import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bundlePlayer } from "../bundle-player.ts";
import { openHooked } from "./hooked.ts";

const PLAYER = await bundlePlayer(join(import.meta.dirname, "hooked-player.ts"));
const root = mkdtempSync(join(tmpdir(), "maestro-hooked-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each([
  ["before:1", 202],
  ["after:1", 200],
  ["after:2", 200],
  ["answered", 200],
] as const)(
  "a call begins one run, when kill -9 comes at %s: who sends it again is told the run that is there, or begins it",
  async (kill, status) => {
    const file = join(mkdtempSync(join(root, "kill-")), "m.db");

    const first = spawnSync(process.execPath, ["--no-warnings", PLAYER, file, kill], { encoding: "utf8" });
    const { store, send, close } = await openHooked(file);
    const before = await store.listRuns({ limit: 9 });
    const again = await send();

    expect(first.signal, first.stderr).toBe("SIGKILL");
    expect(first.stdout === "" || first.stdout === again.run).toBe(true);
    expect(again.status).toBe(status);
    expect(before).toHaveLength(status === 200 ? 1 : 0);
    expect(await store.listRuns({ limit: 9 })).toMatchObject([{ id: again.run }]);
    expect(await store.orchestras.deliveries({ orchestra: "shop", limit: 9 })).toMatchObject([
      { status: "fired", webhookId: "msg_1", run: again.run },
    ]);
    await close();
  },
);
