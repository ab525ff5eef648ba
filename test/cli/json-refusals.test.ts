import { describe, expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const HELLO = `import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const hello = task({ output: z.string(), run: () => { throw new Error("no"); } });

export default defineScore({ id: "hello", nodes: { hello }, output: hello.output });
`;

/** The one document on standard output. */
function errorIn(stdout: string): unknown {
  return (JSON.parse(stdout) as { readonly error: unknown }).error;
}

describe("with --json, what is refused is the document of an error", () => {
  test.each([
    [["runs", "--status", "bad"], /argument 'bad' is invalid/],
    [["runs", "--limit"], /argument missing/],
    [["runs", "--nope"], /unknown option '--nope'/],
    [["runs", "--limit", "0"], /whole number/],
  ])("words that are wrong: %j", async ([command = "", ...words], message) => {
    const { maestro } = makeCliWorkspace();

    const { code, stdout, stderr } = await maestro([command, "--json", ...words]);

    expect(code).toBe(2);
    expect(errorIn(stdout)).toEqual({ message: expect.stringMatching(message) });
    expect(stderr).toMatch(/^error: /);
  });

  test("what is done only with --yes", async () => {
    const { maestro } = makeCliWorkspace({ "scores/hello.ts": HELLO });
    await maestro(["run", "hello"]);
    await maestro(["learnings", "add", "hello fails"]);
    await maestro(["backup", "b.db"]);
    const [{ id }] = JSON.parse((await maestro(["learnings", "list", "--json"])).stdout);

    for (const command of ["restore b.db", "cache clear --score hello", `learnings forget ${id}`]) {
      const { code, stdout, stderr } = await maestro([...command.split(" "), "--json"]);
      expect(code).toBe(2);
      expect(errorIn(stdout)).toEqual({
        message: "Nothing was done: that needs --yes.",
        hint: `maestro ${command} --yes`,
      });
      expect(stderr).toContain(`maestro ${command} --yes`);
    }
  });
});
