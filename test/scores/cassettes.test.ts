import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { makeCliWorkspace } from "../cli/workspace.ts";
import { type Asked, type Reply, serveModels } from "../players/model-server.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const CASSETTES = join(REPOSITORY, "test/cassettes");
const isWriting = process.env.UPDATE_CASSETTES !== undefined;

/** This repository's scores and agents, with a server of the test's own in the place of the provider's. */
function repositoryWith(baseUrl: string) {
  const workspace = makeCliWorkspace();
  for (const folder of ["scores", "agents", "test/scores/sample.git", "test/scores/sample-packages"])
    cpSync(join(REPOSITORY, folder), workspace.path(folder), { recursive: true });
  const config = readFileSync(join(REPOSITORY, "maestro.config.ts"), "utf8");
  workspace.write("maestro.config.ts", config.replace("https://api.openai.com/v1", baseUrl));
  const maestro = (...words: string[]) => workspace.maestro(words, { env: { OPENAI_API_KEY: "sk-test" } });
  return { ...workspace, maestro };
}

const newest = async (repository: ReturnType<typeof repositoryWith>): Promise<string> =>
  JSON.parse((await repository.maestro("runs", "--json")).stdout)[0].id;

/** What the model says of the sample repository: at first as one who only repeats. It forgets the documentation. */
const EDITED = {
  headline: "Times are ISO 8601 now, and every zone can be shown",
  summary: "Programs that read the output have to be changed; everything else is faster and more exact.",
  changes: [
    { kind: "breaking", text: "Times are printed as ISO 8601: change what reads them.", hashes: ["907234f"] },
    { kind: "feature", text: "`--zone` prints the time of any zone.", hashes: ["a80e04c"] },
    { kind: "fix", text: "The hour after midnight is 0.", hashes: ["711c750"] },
    { kind: "performance", text: "A second call is faster: zones are read once.", hashes: ["63f514b"] },
  ],
};
const REPEATED = { ...EDITED, headline: "Changes", summary: "" };

function editReleaseNotes({ body }: Asked, nth: number): Reply {
  if (body.model === "gpt-5")
    return { says: nth === 1 ? REPEATED : EDITED, usage: { input: 900, output: 400 } };
  return nth === 2
    ? { says: { score: 0.4, why: "The headline says nothing." }, usage: { input: 700, output: 40 } }
    : {
        says: { score: 0.9, why: "It could say how to change a reader." },
        usage: { input: 700, output: 40 },
      };
}

/** The small model is not sure; the large one reads the package first. */
function reviewPackages({ body }: Asked): Reply {
  const verdict = (name: string, decision: string, why: string) => ({ name, decision, why });
  const zones = verdict("zones", "keep", "Both versions are MIT, and the older one goes with the next tick.");
  if (body.model === "gpt-5-mini")
    return {
      says: { verdicts: [verdict("tick", "unsure", "It names no licence."), zones] },
      usage: { input: 800, output: 120 },
    };
  if (body.messages.at(-1)?.role !== "tool")
    return {
      calls: [
        { tool: "read_package", with: { folder: "../..", path: "node_modules/tick" } },
        { tool: "read_package", with: { folder: "test/scores/sample-packages", path: "node_modules/tick" } },
      ],
      usage: { input: 900, output: 60 },
    };
  return {
    says: {
      verdicts: [
        verdict("tick", "replace", "Nothing in it says who may use it: hands does the same."),
        zones,
      ],
    },
    usage: { input: 1_100, output: 150 },
  };
}

describe("the scores of this repository", () => {
  test.runIf(isWriting)(
    "are recorded anew from a server that speaks OpenAI's protocol",
    { timeout: 300_000 },
    async () => {
      mkdirSync(CASSETTES, { recursive: true });
      for (const [score, reply, words] of [
        [
          "release-notes",
          editReleaseNotes,
          ["--input", "repo=test/scores/sample.git", "--input", "product=clocks"],
        ],
        [
          "dependency-review",
          reviewPackages,
          ["--input", "folder=test/scores/sample-packages", "--input", "out=.maestro/dependencies.md"],
        ],
      ] as const) {
        const server = await serveModels(reply);
        const repository = repositoryWith(server.baseUrl);
        await repository.maestro("run", score, ...words);
        const id = await newest(repository);
        if (score === "dependency-review")
          await repository.maestro("decide", id, "approval", "--input", "approve=true");
        const wrote = await repository.maestro("record", id);
        expect(wrote.code).toBe(0);
        writeFileSync(join(CASSETTES, `${score}.json`), repository.read(`test/cassettes/${score}.json`));
      }
    },
  );

  test("play from their cassettes with nobody outside", async () => {
    const repository = repositoryWith("http://127.0.0.1:9/v1");
    cpSync(CASSETTES, repository.path("test/cassettes"), { recursive: true });

    const { stdout, code } = await repository.maestro("test", "--json");

    expect(JSON.parse(stdout)).toMatchObject([
      { score: "dependency-review", problems: [], unplayed: [], passed: true },
      { score: "release-notes", problems: [], unplayed: [], passed: true },
    ]);
    expect(code).toBe(0);
  });
});
