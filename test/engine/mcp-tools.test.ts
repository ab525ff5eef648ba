import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { Engine } from "../../src/engine/index.ts";
import { NOTHING_OUTSIDE } from "../../src/engine/outside.ts";
import { agent, defineAgent, defineScore } from "../../src/index.ts";
import { playCassette } from "../../src/operations/play-cassette.ts";
import { recordRun } from "../../src/operations/record-run.ts";
import type { RunBeginnings } from "../../src/operations/start-run.ts";
import { McpSources } from "../../src/players/mcp/mcp-sources.ts";
import { Redactor } from "../../src/players/redactor.ts";
import { Cassette } from "../../src/players/understudies/cassette.ts";
import { systemClock } from "../../src/support/clock.ts";
import { type Reply, serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const ODD = join(import.meta.dirname, "../players/fixtures/odd-mcp-server.ts");
const TOKEN = "odd-token-9c1e44f0a2";

/** Plays an agent with tools of the odd server, twice at most, against a model that answers like this. */
async function play(names: readonly string[], replies: readonly Reply[], beginnings: RunBeginnings = {}) {
  const folder = mkdtempSync(join(tmpdir(), "maestro-mcp-"));
  const description = join(folder, "description.txt");
  writeFileSync(description, "Reads");
  const mcp = new McpSources({
    servers: {
      odd: {
        command: [process.execPath, "--no-warnings", ODD, description],
        env: { ODD_TOKEN: { variable: "ODD_TOKEN" } },
      },
    },
    variable: () => TOKEN,
    root: folder,
    pinFile: join(folder, "pins.json"),
    version: "0.0.0",
  });
  onTestFinished(async () => {
    await mcp.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const server = await serveModels((_asked, nth) => replies[nth - 1] ?? { says: "done" });
  const hall = await openHall(undefined, {
    mcp,
    models: {
      providers: { local: { baseUrl: server.baseUrl } },
      aliases: {},
      prices: {},
      variable: () => undefined,
      root: ".",
    },
  });
  const clerk = defineAgent({
    id: "clerk",
    model: "local/m",
    instructions: "You use tools.",
    input: z.object({}),
    output: z.string(),
    tools: names,
  });
  const asked = agent(clerk, { input: {}, retry: { attempts: 2, backoff: "1ms" } });
  const score = defineScore({ id: "asking", nodes: { asked }, output: asked.output });
  const run = await hall.start(score as never, {}, beginnings);
  const ending = await run.ending;
  const turns = await hall.store.toolTurnsOf(run.id);
  const seen = JSON.stringify([
    ending,
    turns,
    run.events,
    await hall.store.stepsOf(run.id),
    await hall.store.eventsOf(run.id),
    server.asked.map(({ body }) => body),
  ]);
  return { ending, run, server, turns, seen, hall, score };
}

const use = (tool: string): Reply => ({ calls: [{ tool, with: {} }] });

test("an agent's model calls tools of an MCP server like others: written down, and without the server's secrets", async () => {
  const { ending, server, turns, seen } = await play(
    ["odd/read", "odd/leak", "odd/fail"],
    [use("odd__read"), use("odd__leak"), use("odd__fail")],
  );

  expect(ending).toEqual({ is: "completed", output: "done" });
  expect(server.asked[0]!.body.tools!.map(({ function: { name } }) => name)).toEqual([
    "odd__read",
    "odd__leak",
    "odd__fail",
  ]);
  expect(turns.map(({ result }) => JSON.parse(result!))).toMatchObject([
    { output: "read" },
    { output: [{ type: "text" }, { type: "text" }, { type: "image" }] },
    { error: "no access with [secret:ODD_TOKEN]" },
  ]);
  expect(seen).not.toContain(TOKEN);
});

test("an MCP server that dies half-way fails the attempt, and the next one has a new server", async () => {
  const { ending, run, turns } = await play(["odd/die", "odd/read"], [use("odd__die"), use("odd__read")]);

  expect(ending).toEqual({ is: "completed", output: "done" });
  expect(run.events.find(({ type }) => type === "step.failed")).toMatchObject({
    attempt: 1,
    error: {
      code: "MR3083",
      message: expect.stringContaining("it was at work on die: it ended with exit code 7"),
    },
  });
  expect(turns.map(({ data, result }) => [JSON.parse(data).tool, Object.keys(JSON.parse(result!))])).toEqual([
    ["odd__die", ["error"]],
    ["odd__read", ["output", "durationMs"]],
  ]);
});

test("an MCP server that dies with a tool that may have had an effect leaves it at that", async () => {
  const { ending, turns, server } = await play(["odd/act_and_die"], [use("odd__act_and_die")]);

  expect(ending).toMatchObject({ is: "failed", error: { code: "MR3083" } });
  expect(turns.map(({ result }) => result)).toEqual([null]);
  expect(server.asked).toHaveLength(1);
});

test("a tool that its MCP server does not have fails the step before any model is asked", async () => {
  const { ending, server } = await play(["odd/delete_all"], []);

  expect(ending).toMatchObject({ is: "failed", error: { code: "MR3097" } });
  expect(server.asked).toHaveLength(0);
});

test("what a tool of an MCP server gave is on the cassette, which is played without beginning that server", async () => {
  const { hall, run, score, server } = await play(["odd/read"], [use("odd__read")]);
  const asked = server.asked.length;

  const file = await recordRun(hall.store, (await hall.store.run(run.id))!, new Redactor(new Map()));
  const cassette = new Cassette("asking.json", file);
  const engine = new Engine(hall.store, systemClock, { ...NOTHING_OUTSIDE, script: cassette });
  const playable = await hall.prepare(score as never, "again");
  const replayed = await playCassette(
    { engine, store: hall.store },
    { file, path: "asking.json", cassette, playable, redactor: new Redactor(new Map()) },
  );

  expect(file.calls).toMatchObject([{}, {}, { tool: "odd__read", gives: "read" }]);
  expect(replayed).toMatchObject({ misses: [], differences: [], unplayed: [] });
  expect(server.asked).toHaveLength(asked);
});

test("a rehearsal calls tools of MCP servers without beginning any", async () => {
  const source = { is: "rehearsal", seed: 1 } as const;
  const { ending, run, server } = await play(["odd/no_such_tool"], [], { source });

  expect(ending.is).toBe("completed");
  expect(run.events.filter(({ type }) => type === "tool.called")).not.toEqual([]);
  expect(server.asked).toHaveLength(0);
});
