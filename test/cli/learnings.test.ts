import { expect, test } from "vitest";
import { makeCliWorkspace } from "./workspace.ts";

const FAILING = `import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const found = task({ output: z.string(), run: () => { throw new Error("the CRM refused connection 41"); } });

export default defineScore({ id: "leads", nodes: { found } });
`;

test("what is known of a failure stands with the run; it can be searched, noted and forgotten", async () => {
  const { maestro } = makeCliWorkspace({ "scores/leads.ts": FAILING });
  expect((await maestro(["learnings", "list"])).stdout).toBe("nothing has been learnt yet\n");
  await maestro(["run", "leads"]);
  const noted = await maestro([
    "learnings",
    "add",
    "The CRM is down on Sundays",
    "--applies-to",
    "leads/found",
    "--by",
    "ada",
  ]);
  expect(noted.stdout).toBe("noted for leads/found\n");
  await maestro(["run", "leads"]);

  const [{ id }] = JSON.parse((await maestro(["runs", "--json"])).stdout);
  const { stdout: shown } = await maestro(["runs", "show", id]);
  expect(shown).toMatch(
    /known of found\n +#2 {2}The CRM is down on Sundays \(ada, .*\)\n +#1 {2}failed like this in 2 runs/,
  );

  const rows = JSON.parse((await maestro(["learnings", "search", "refused", "--json"])).stdout);
  expect(rows).toMatchObject([{ id: 1, kind: "failure", pattern: "the CRM refused connection #", times: 2 }]);
  expect((await maestro(["learnings", "search", "sundays"])).stdout).toMatch(/^#2 {2}note {5}leads\/found\n/);
  expect((await maestro(["learnings", "search", "nowhere"])).stdout).toBe('nothing is known of "nowhere"\n');

  const asked = await maestro(["learnings", "forget", "2"]);
  expect(asked).toMatchObject({ code: 2, stdout: "" });
  expect(asked.stderr).toContain("to forget it: maestro learnings forget 2 --yes");
  expect((await maestro(["learnings", "forget", "2", "--yes"])).stdout).toBe("forgot #2\n");
  expect((await maestro(["learnings", "forget", "2"])).stderr).toContain("There is no learning #2.");
  expect(await maestro(["learnings", "forget", "two"])).toMatchObject({ code: 2 });
  expect(await maestro(["learnings", "add", " "])).toMatchObject({ code: 2 });
});
