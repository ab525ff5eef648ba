import { describe, expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

/** A workspace with one score of one step, whose task's body this is; `top` stands at the top of its module. */
function workspaceOf(body: string, { top = "", options = "" } = {}) {
  return makeCliWorkspace({
    "scores/one.ts": `import { defineScore, task } from "maestro-ts";
import { z } from "zod";
${top}
const step = task({
  input: {},
  output: z.any(),${options}
  run: async ({ signal, log }) => {
    void signal, log;
    ${body}
  },
});

export default defineScore({ id: "one", nodes: { step }, output: { step: step.output } });
`,
  });
}

describe("a task that", () => {
  test("waits for what never comes is named, and the exit code is 1", async () => {
    const { code, stderr } = await workspaceOf("await new Promise(() => {});").maestro(["run", "one"]);

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: "step" waits for something that can never happen\n {2}hint: mend it, then go on with: maestro resume run_/,
    );
  });

  test("ends the process is named, and the exit code is 1", async () => {
    const { code, stderr } = await workspaceOf("process.exit(0);").maestro(["run", "one", "--quiet"]);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: "step" ended the process\n/);
  });

  test.each([
    [
      "throws in a timer",
      'setTimeout(() => { throw new Error("late"); }, 10); await new Promise((r) => setTimeout(r, 5_000));',
    ],
    [
      "leaves a promise to reject",
      'void Promise.reject(new Error("late")); await new Promise((r) => setTimeout(r, 5_000));',
    ],
  ])("%s is told as what it is, with its place and no stack trace", async (_what, body) => {
    const { code, stderr } = await workspaceOf(body).maestro(["run", "one"]);

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: a task threw outside of its step: Error: late\n {2}at scores\/one\.ts:\d+:\d+\n {2}hint: /,
    );
    expect(stderr).not.toMatch(/\n\s+at .*\n\s+at /);
  });

  test("leaves a timer running does not keep the process", async () => {
    const { code, stdout } = await workspaceOf("setInterval(() => {}, 1_000); return 1;").maestro([
      "run",
      "one",
    ]);

    expect(code).toBe(0);
    expect(stdout).toContain("step: 1");
  });

  test("goes on after its timeout does not keep the process", async () => {
    const workspace = workspaceOf("await new Promise((r) => setTimeout(r, 60_000));", {
      options: '\n  timeout: "100ms",',
    });

    const { code, stderr } = await workspace.maestro(["run", "one"]);

    expect(code).toBe(1);
    expect(stderr).toContain("timed out after 100 ms");
  });

  test("ignores its signal is left behind some seconds after Ctrl-C", async () => {
    const run = workspaceOf("await new Promise((r) => setTimeout(r, 60_000));").maestro(["run", "one"]);
    await run.said("one  run_");

    run.child.kill("SIGINT");

    expect((await run).code).toBe(130);
  });
});

describe("what author code prints", () => {
  const noisy = () =>
    workspaceOf('console.log("noise"); process.stdout.write("more"); console.error("loud"); return 1;', {
      top: 'console.log("at the top");',
    });

  test("does not mix with JSON events", async () => {
    const { stdout, stderr } = await noisy().maestro(["run", "one", "--json"]);

    for (const line of stdout.trim().split("\n")) expect(() => JSON.parse(line)).not.toThrow();
    expect(stderr).toContain("noise\n");
    expect(stderr).toContain("at the top\n");
  });

  test("does not mix with a quiet output", async () => {
    const { stdout } = await noisy().maestro(["run", "one", "--quiet"]);

    expect(JSON.parse(stdout)).toEqual({ step: 1 });
  });
});

describe("what a step says", () => {
  test("cannot command the terminal", async () => {
    const workspace = workspaceOf(
      'log("log \\x1b]0;title\\x07"); throw new Error("one\\ntwo \\x1b[31mred");',
    );

    const { stdout, stderr } = await workspace.maestro(["run", "one"]);

    expect(stdout + stderr).not.toContain("\x1b]0;");
    expect(stdout + stderr).not.toContain("\x1b[31mred");
    expect(stderr).toContain("one\\ntwo \\u001b[31mred");
  });
});

describe("--json tells errors as JSON, too", () => {
  test.each<[string, string[], string]>([
    ["an unknown score", ["run", "nope", "--json"], "MR2001"],
    ["an unknown run", ["runs", "show", "nope", "--json"], "MR2003"],
    ["an input that does not fit", ["run", "one", "--json", "-i", "x=1"], "MR2002"],
  ])("%s", async (_what, words, code) => {
    const { stdout } = await workspaceOf("return 1;").maestro(words);

    expect(JSON.parse(stdout)).toMatchObject({ error: { code, message: expect.any(String) } });
  });
});
