import { expect, test } from "vitest";
import { FILES, makeRepository, SCORE } from "./repository.ts";

test("for a pull request there is a summary line, and a part for each definition that opens", async () => {
  const repository = makeRepository(FILES);
  repository.edit(SCORE, "maxItems: 50", "maxItems: 20");
  repository.edit(SCORE, "profile: z.string()", "profile: z.string(), city: z.string()");

  const { stdout } = await repository.maestro("diff", "--format", "markdown");

  expect(stdout).toBe(`**Maestro: 1 score changed: 1 breaking, 1 to review** (\`HEAD\` → \`the working tree\`)

<details><summary>score <code>leads</code> — 1 breaking, 1 to review</summary>

- **breaking** \`input.city\`: new required field
- **review** \`drafts\` \`maxItems\`: \`50\` → \`20\`

</details>
`);
});

test("no text of an author's is Markdown or HTML in a pull request, nor obeyed by a terminal", async () => {
  const repository = makeRepository(FILES);
  repository.edit(SCORE, 'title: "Leads"', 'title: "</details>`` <b>[x](y)\\u001b[31m"');

  const { stdout: markdown } = await repository.maestro("diff", "--format", "markdown");
  const { stdout: text } = await repository.maestro("diff");

  const line = markdown.split("\n").find((one) => one.includes("title"));
  expect(line).toBe('- **safe** `title`: `"Leads"` → ``` "</details>`` <b>[x](y)\\u001b[31m" ```');
  expect(markdown.match(/^<\/details>$/gm)).toHaveLength(1);
  expect(text).not.toContain("\u001b");
});

test("programs get each change in its parts, and both sides", async () => {
  const repository = makeRepository(FILES);
  repository.edit(SCORE, "max: 20 }, timeout", "max: 50 }, timeout");

  const { stdout } = await repository.maestro("diff", "--json");

  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    from: { label: "HEAD", errors: [] },
    to: { label: "the working tree", errors: [] },
    counts: { breaking: 0, review: 1, safe: 0 },
    subjects: [
      {
        kind: "score",
        id: "leads",
        is: "changed",
        file: "scores/leads.ts",
        changes: [
          {
            weight: "review",
            aspect: "binding",
            node: "found",
            path: "input.max",
            words: "",
            from: "20",
            to: "50",
          },
        ],
      },
    ],
    uncompared: [],
  });
});

test("errors of a side stand in what programs and pull requests get", async () => {
  const repository = makeRepository(FILES);
  repository.edit(SCORE, "defineScore({", "defineScore({{");

  const json = JSON.parse((await repository.maestro("diff", "--json")).stdout);
  const { stdout } = await repository.maestro("diff", "--format", "markdown");

  expect(json.to.errors).toEqual([expect.objectContaining({ code: "MS1003", file: SCORE })]);
  expect(json.uncompared).toEqual([{ kind: "score", id: "leads", file: SCORE, side: "to" }]);
  expect(stdout).toMatch(/^- `the working tree` does not compile: `scores\/leads\.ts:\d+` MS1003 /m);
});
