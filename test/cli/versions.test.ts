import { expect, test } from "vitest";
import { type CliWorkspace, makeCliWorkspace } from "./workspace.ts";

/** Reads, asks a person, and writes by what a file says that a file imports. */
const SCORE = `import { checkpoint, defineScore, task } from "maestro-ts";
import { z } from "zod";
import { greet } from "./lib/greet.ts";

const read = task({ input: {}, output: z.object({ name: z.string() }), run: ({ log }) => { log("reading"); return { name: "Ada" }; } });
const review = checkpoint({ title: "Send it?", show: read.output.name, decision: z.object({ send: z.boolean() }), timeout: "never", onTimeout: "reject" });
const write = task({ input: { name: read.output.name }, output: z.string(), after: [review], run: ({ input }) => greet(input.name) });

export default defineScore({ id: "letters", nodes: { read, review, write }, output: { text: write.output } });
`;
const GREET =
  'import { hello } from "./words.ts";\n\nexport const greet = (name: string) => `${hello} ${name}`;\n';
const WORDS = 'export const hello = "Dear";\n';
const FILES = { "scores/letters.ts": SCORE, "scores/lib/greet.ts": GREET, "scores/lib/words.ts": WORDS };
const CONFIG = `import { defineConfig } from "maestro-ts";

export default defineConfig({ store: { durability: "process" }, http: { allowHosts: ["example.com"] } });
`;

async function newest({
  maestro,
}: CliWorkspace): Promise<{ id: string; deployment: string; status: string }> {
  return JSON.parse((await maestro(["runs", "--json"])).stdout)[0];
}

async function decided({ maestro }: CliWorkspace, id: string): Promise<{ text: string }> {
  return JSON.parse((await maestro(["decide", id, "--input", "send=true", "--quiet"])).stdout);
}

test("after edits of what a score imports and of the configuration, each run goes on with the code that it began with", async () => {
  const workspace = makeCliWorkspace(FILES);
  await workspace.maestro(["run", "letters"]);
  const first = await newest(workspace);
  workspace.write("scores/lib/words.ts", WORDS.replace("Dear", "Hello"));
  await workspace.maestro(["run", "letters"]);
  const second = await newest(workspace);
  workspace.write("maestro.config.ts", CONFIG);
  workspace.write("scores/letters.ts", SCORE.replaceAll("greet(input.name)", "`${greet(input.name)}!`"));
  await workspace.maestro(["run", "letters"]);
  const third = await newest(workspace);
  workspace.write("scores/letters.ts", "this is no score any more");

  expect(new Set([first.deployment, second.deployment, third.deployment]).size).toBe(3);
  expect(await decided(workspace, second.id)).toEqual({ text: "Hello Ada" });
  expect(await decided(workspace, third.id)).toEqual({ text: "Hello Ada!" });
  expect(await decided(workspace, first.id)).toEqual({ text: "Dear Ada" });
});

test("a deployment's code is in the store: without the cache, and without its sources, a run goes on", async () => {
  const workspace = makeCliWorkspace(FILES);
  await workspace.maestro(["run", "letters"]);
  const { id } = await newest(workspace);

  workspace.remove(".maestro/cache");
  workspace.remove("scores");

  expect(await decided(workspace, id)).toEqual({ text: "Dear Ada" });
});

test("a run that waits is migrated to the workspace's code when it is said so, after a look at what that does", async () => {
  const workspace = makeCliWorkspace(FILES);
  await workspace.maestro(["run", "letters"]);
  const { id, deployment } = await newest(workspace);
  workspace.write("scores/lib/words.ts", WORDS.replace("Dear", "Hello"));

  const looked = await workspace.maestro(["migrate", id, "--to", "live"]);
  expect(looked.code).toBe(2);
  expect(looked.stdout).toMatch(new RegExp(`^${id} of letters: ${deployment.slice(0, 12)} → `));
  expect(looked.stdout).toMatch(/kept +read\n +open +review\n$/);
  expect(looked.stderr).toContain(`maestro migrate ${id} --to live --yes`);
  expect(await newest(workspace)).toMatchObject({ deployment });

  const done = await workspace.maestro(["migrate", id, "--to", "live", "--yes", "--by", "ada", "--json"]);
  expect(done.code).toBe(0);
  const { to, steps, findings, isDone } = JSON.parse(done.stdout);
  expect(isDone).toBe(true);
  expect(findings).toEqual([]);
  expect(steps).toEqual([
    { key: "read", becomes: "kept" },
    { key: "review", becomes: "open" },
  ]);
  const shown = (await workspace.maestro(["runs", "show", id])).stdout;
  expect(shown).toContain(`migrated  ${deployment.slice(0, 12)} → ${to.slice(0, 12)}  by ada`);
  expect(await decided(workspace, id)).toEqual({ text: "Hello Ada" });
  const late = await workspace.maestro(["migrate", id, "--to", deployment.slice(0, 10)]);
  expect(late.code).toBe(2);
  expect(late.stderr).toContain("has ended");
});

test("a run is migrated back to a deployment that the store has, and not to one that cannot go on with it", async () => {
  const workspace = makeCliWorkspace(FILES);
  await workspace.maestro(["run", "letters"]);
  const { id, deployment } = await newest(workspace);
  workspace.write(
    "scores/letters.ts",
    SCORE.replace("z.object({ name: z.string() })", "z.object({ name: z.string(), age: z.number() })")
      .replace('{ name: "Ada" }', '{ name: "Ada", age: 7 }')
      .replace("run: ({ log })", 'retry: "never", run: ({ log })'),
  );

  const refused = await workspace.maestro(["migrate", id, "--to", "live", "--yes"]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("read: it would be played again (age: ");
  expect(refused.stderr).toContain("must not happen twice unasked");
  expect(refused.stdout).toMatch(
    /played again +read: age: [\s\S]*\nscores\/letters\.ts:5:\d+ {2}error MS5004 /,
  );
  expect(await newest(workspace)).toMatchObject({ deployment });

  workspace.write("scores/letters.ts", SCORE);
  workspace.write("scores/lib/words.ts", WORDS.replace("Dear", "Hello"));
  await workspace.maestro(["migrate", id, "--to", "live", "--yes"]);
  expect(await newest(workspace)).not.toMatchObject({ deployment });
  const back = await workspace.maestro(["migrate", id, "--to", deployment.slice(0, 10), "--yes"]);
  expect(back.stderr).toBe("");
  expect(back.code).toBe(0);
  const same = await workspace.maestro(["migrate", id, "--to", deployment.slice(0, 10)]);
  expect(same.stdout).toContain("it has that code already");
  expect(same.code).toBe(0);
  expect(await decided(workspace, id)).toEqual({ text: "Dear Ada" });
});
