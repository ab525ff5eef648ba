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

const LETTERS = `import { defineScore, input, task } from "maestro-ts";
import { z } from "zod";
import { sign } from "./lib/sign.ts";

const start = input(z.object({ to: z.string(), max: z.number().default(3) }));
const read = task({ input: { to: start.to }, output: z.object({ name: z.string(), age: z.number() }), run: ({ input, log }) => { log("reading"); return { name: input.to, age: 7 }; } });
const write = task({ input: { name: read.output.name, age: read.output.age, max: start.max }, output: z.string(), run: ({ input }) => sign(input.name + " " + input.age + " " + input.max) });

export default defineScore({ id: "letters", input: start, nodes: { read, write }, output: { text: write.output } });
`;
const SIGN = "export const sign = (text: string) => text + ', yours';\n";

test("outputs and input are edited on the command line, and a mistake there changes nothing", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": LETTERS, "scores/lib/sign.ts": SIGN });
  await workspace.maestro(["run", "letters", "--input", "to=Ada"]);
  const [{ id }] = JSON.parse((await workspace.maestro(["runs", "--json"])).stdout);

  for (const [words, said] of [
    [["--set", "raed.name=Bob"], 'did you mean "read"?'],
    [["--set", "read.nmae=Bob"], 'did you mean "name"?'],
    [["--set", "read.age=old"], "age: "],
    [["--set", "read.age"], "is neither node.path=value nor node=@file.json"],
    [["--set", "read=@none.json"], "There is no file"],
    [["--rev", "12345"], 'The store has no deployment "12345" of "letters".'],
  ] as const) {
    const refused = await workspace.maestro(["rerun", id, ...words]);
    expect(refused.code, words.join(" ")).toBe(2);
    expect(refused.stderr).toContain(said);
  }
  expect(JSON.parse((await workspace.maestro(["runs", "--json"])).stdout)).toHaveLength(1);

  workspace.write("read.json", '{ "name": "Eve", "age": 9 }');
  const words = ["--set", "read=@read.json", "--set", "read.age=8", "--set", "input.max=1", "--by", "ada"];
  const edited = await workspace.maestro(["rerun", id, ...words]);
  expect(edited.stdout).toContain("Eve 8 1, yours");
  expect(edited.stdout).not.toContain("reading");

  const [{ id: second }] = JSON.parse((await workspace.maestro(["runs", "--json"])).stdout);
  const shown = (await workspace.maestro(["runs", "show", second])).stdout;
  expect(shown).toContain(`after     ${id}  edited by ada: read, read.age, input.max`);
  expect(shown).toMatch(/✓ read .*edited by ada/);
});

test("a run is gone on with in the code that it had, in that of the workspace, or in any that the store has", async () => {
  const workspace = makeCliWorkspace({ "scores/letters.ts": LETTERS, "scores/lib/sign.ts": SIGN });
  await workspace.maestro(["run", "letters", "--input", "to=Ada"]);
  const [{ id, deployment }] = JSON.parse((await workspace.maestro(["runs", "--json"])).stdout);
  workspace.write("scores/lib/sign.ts", SIGN.replace("yours", "truly"));
  const rerun = async (...words: string[]) => {
    const ended = await workspace.maestro(["rerun", id, "--from", "write", "--quiet", ...words]);
    expect(ended.stderr).toBe("");
    return JSON.parse(ended.stdout).text;
  };

  expect(await rerun()).toBe("Ada 7 3, yours");
  expect(await rerun("--rev", "live")).toBe("Ada 7 3, truly");
  const [{ id: live, deployment: other }] = JSON.parse((await workspace.maestro(["runs", "--json"])).stdout);
  expect(other).not.toBe(deployment);
  expect((await workspace.maestro(["runs", "show", live])).stdout).toContain(
    `with other code: ${deployment.slice(0, 12)} → ${other.slice(0, 12)}`,
  );
  workspace.write("scores/lib/sign.ts", SIGN.replace("yours", "never"));
  expect(await rerun("--rev", other.slice(0, 8))).toBe("Ada 7 3, truly");

  workspace.write("scores/letters.ts", LETTERS.replaceAll("read", "fetch"));
  const refused = await workspace.maestro(["rerun", id, "--from", "write", "--rev", "live"]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("read: the score has no such node any more (new: fetch)");
  expect(refused.stderr).toContain("--from write read");
  expect(await rerun("--rev", "live", "--from", "read")).toBe("Ada 7 3, never");
});

const REVIEW = `import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";

const read = task({ input: {}, output: z.string(), run: ({ log }) => { log("reading"); return "text"; } });
const review = checkpoint({ title: "Send it?", decision: z.object({ send: z.boolean() }), after: [read], timeout: "never", onTimeout: "reject" });

export default defineScore({ id: "review", nodes: { read, review }, output: { sent: review.output.send, text: read.output } });
`;

test("a run that waits is copied with --fork, and each is decided by itself", async () => {
  const workspace = makeCliWorkspace({ "scores/review.ts": REVIEW });
  await workspace.maestro(["run", "review"]);
  const [{ id }] = JSON.parse((await workspace.maestro(["runs", "--json"])).stdout);
  const refused = await workspace.maestro(["rerun", id]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("--fork");

  const forked = await workspace.maestro(["rerun", id, "--fork", "--set", "read=other"]);

  expect(forked.stdout).not.toContain("reading");
  const rows = JSON.parse((await workspace.maestro(["runs", "--json"])).stdout);
  expect(rows.map(({ status }: { status: string }) => status)).toEqual(["waiting", "waiting"]);
  const decided = await workspace.maestro(["decide", rows[0].id, "--input", "send=true", "--quiet"]);
  expect(JSON.parse(decided.stdout)).toEqual({ sent: true, text: "other" });
  const first = await workspace.maestro(["decide", id, "--input", "send=false", "--quiet"]);
  expect(JSON.parse(first.stdout)).toEqual({ sent: false, text: "text" });
});
