import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const APART = `
import { Socket } from "node:net";
import { defineScore, derive, input, task } from "maestro-ts";
import { z } from "zod";

const given = input(z.object({ what: z.string().default("fine") }));
const one = task({
  input: { what: given.what },
  output: z.object({ pid: z.number(), parent: z.number() }),
  run: async ({ input: { what }, signal }) => {
    if (what === "exit") process.exit(7);
    if (what === "replace") JSON.stringify = () => "boo";
    if (what === "garble") {
      const { write } = Socket.prototype as { write: (...given: unknown[]) => boolean };
      Socket.prototype.write = function (text: unknown, ...more: unknown[]) {
        return write.call(this, String(text).replace(/\\{.*\\}/g, "boo"), ...more);
      };
    }
    if (what === "wait") {
      console.log("waiting");
      const timer = setInterval(() => {}, 1_000);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      clearInterval(timer);
      throw new Error("was told to end");
    }
    console.log("printed by a task");
    return { pid: process.pid, parent: process.ppid };
  },
});
const derived = derive([one.output.pid], (pid) => [pid, process.pid]);

export default defineScore({ id: "apart", input: given, nodes: { one }, output: { one: one.output, derived } });
`;

test("--isolated plays tasks and what a score computes in other processes, and shows what they print", async () => {
  const workspace = makeCliWorkspace({ "scores/apart.ts": APART });

  const run = workspace.maestro(["run", "apart", "--isolated", "--json"]);
  const { code, stdout, stderr } = await run;

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { output } = events.find(({ type }) => type === "run.completed");
  expect(output.one.parent).toBe(run.child.pid);
  expect(output.derived).not.toContain(run.child.pid);
  expect(events.filter(({ type }) => type === "log")).toMatchObject([
    { step: "one", message: "printed by a task" },
  ]);
});

test("a task that ends its process fails its run, and the command says why", async () => {
  const workspace = makeCliWorkspace({ "scores/apart.ts": APART });

  const { code, stdout, stderr } = await workspace.maestro(["run", "apart", "--isolated", "-i", "what=exit"]);

  expect(code).toBe(1);
  expect(stdout + stderr).toContain("its process ended: it was left with exit code 7");
});

test("a task that replaces what all code of its process shares harms nobody else", async () => {
  const workspace = makeCliWorkspace({ "scores/apart.ts": APART });

  const { code, stderr } = await workspace.maestro(["run", "apart", "--isolated", "-i", "what=replace"]);

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("a task that garbles what its process says fails its run, and the command says why", async () => {
  const workspace = makeCliWorkspace({ "scores/apart.ts": APART });

  const { code, stdout, stderr } = await workspace.maestro([
    "run",
    "apart",
    "--isolated",
    "-i",
    "what=garble",
  ]);

  expect(code).toBe(1);
  expect(stdout + stderr).toContain("its process said what cannot be understood and was ended");
  expect(stdout + stderr).not.toContain("outside of its step");
});

test("Ctrl-C reaches a task in a child, and resume goes on apart", async () => {
  const workspace = makeCliWorkspace({ "scores/apart.ts": APART });
  const run = workspace.maestro(["run", "apart", "--isolated", "-i", "what=wait"]);
  await run.said("waiting");

  run.child.kill("SIGINT");

  const { code, stderr } = await run;
  expect(code).toBe(130);
  expect(stderr).toContain("go on with: maestro resume");
});

test("memory and processes are what the configuration says", async () => {
  const config = `import { defineConfig } from "maestro-ts";
export default defineConfig({ store: { durability: "process" }, players: { env: ["MAESTRO_SHOWN"], memoryMb: 96 } });
`;
  const score = `
import { defineScore, task } from "maestro-ts";
import { z } from "zod";
const one = task({
  input: {},
  output: z.any(),
  run: () => [process.env.MAESTRO_SHOWN, process.env.MAESTRO_HIDDEN ?? null, process.execArgv.includes("--max-old-space-size=96")],
});
export default defineScore({ id: "settings", nodes: { one }, output: one.output as never });
`;
  const workspace = makeCliWorkspace({ "maestro.config.ts": config, "scores/settings.ts": score });

  const env = { MAESTRO_SHOWN: "shown", MAESTRO_HIDDEN: "hidden" };
  const { stdout } = await workspace.maestro(["run", "settings", "--isolated", "-q"], { env });

  expect(JSON.parse(stdout)).toEqual(["shown", null, true]);
});
