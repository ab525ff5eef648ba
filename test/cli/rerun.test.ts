import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const SCORE = `import { existsSync } from "node:fs";
import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const read = task({ input: {}, output: z.string(), run: ({ log }) => { log("reading"); return "text"; } });
const send = task({ input: { text: read.output }, output: z.string(), run: ({ input }) => {
  if (!existsSync("ready")) throw new Error("nobody is there");
  return "sent " + input.text;
} });

export default defineScore({ id: "letter", nodes: { read, send }, output: { sent: send.output } });
`;

test("a failed run is gone on with in a new one, without what went well being played again", async () => {
  const workspace = makeCliWorkspace({ "scores/letter.ts": SCORE });
  const failed = await workspace.maestro(["run", "letter"]);
  expect(failed.code).toBe(1);
  expect(failed.stdout).toContain("reading");
  const [{ id }] = JSON.parse((await workspace.maestro(["runs", "--json"])).stdout);

  const again = await workspace.maestro(["rerun", id, "--from", "raed"]);
  expect(again.code).not.toBe(0);
  expect(again.stderr).toContain(`Run ${id} has no node "raed": there are "read" and "send".`);
  expect(again.stderr).toContain('did you mean "read"?');

  workspace.write("ready", "");
  const rerun = await workspace.maestro(["rerun", id]);
  expect(rerun.stderr).toBe("");
  expect(rerun.code).toBe(0);
  expect(rerun.stdout).toContain("sent: sent text");
  expect(rerun.stdout).not.toContain("reading");

  const rows = JSON.parse((await workspace.maestro(["runs", "--json"])).stdout);
  expect(rows.map(({ status }: { status: string }) => status)).toEqual(["completed", "failed"]);
  const shown = (await workspace.maestro(["runs", "show", rows[0].id])).stdout;
  expect(shown).toMatch(new RegExp(`✓ read .*taken over from ${id}`));

  const whole = await workspace.maestro(["rerun", rows[0].id, "--from", "read", "--quiet"]);
  expect(JSON.parse(whole.stdout)).toEqual({ sent: "sent text" });
  const nothing = await workspace.maestro(["rerun", rows[0].id]);
  expect(nothing.code).not.toBe(0);
  expect(nothing.stderr).toContain(`Nothing of run ${rows[0].id} failed`);
});
