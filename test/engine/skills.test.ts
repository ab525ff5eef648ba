import { expect, test } from "vitest";
import { z } from "zod";
import { agentChanges } from "../../src/compile/diff/agent-changes.ts";
import { toPlan } from "../../src/define/to-plan.ts";
import { agent, defineAgent, defineScore, defineSkill, defineTool, input } from "../../src/index.ts";
import { type Reply, serveModels } from "../players/model-server.ts";
import { openHall } from "./hall.ts";

const company = input(z.object({ company: z.string() }));
const tool = (name: string, secrets: readonly string[] = []) =>
  defineTool({
    name,
    description: `The tool ${name}`,
    input: z.object({}),
    secrets: secrets as never,
    run: () => `${name} was called`,
  });
const shared = tool("shared");
const citing = defineSkill({
  id: "citing",
  instructions: "Say where each fact is from.",
  tools: [shared, tool("cite", ["KEY"])],
});
const polite = defineSkill({ id: "polite", instructions: "Be polite.", tools: [shared] });

function asking(options: object) {
  const writer = defineAgent({
    id: "writer",
    model: "local/m",
    instructions: "You write.",
    input: z.object({ company: z.string() }),
    output: z.string(),
    ...options,
  });
  const letter = agent(writer, { input: { company: company.company } });
  return defineScore({ id: "letters", input: company, nodes: { letter }, output: letter.output });
}

const planOf = (options: object) => toPlan(asking(options) as never).plan;

async function play(options: object, replies: readonly Reply[]) {
  const server = await serveModels((_asked, nth) => replies[nth - 1] ?? { says: "done" });
  const hall = await openHall(undefined, {
    secret: () => "k-0123456789",
    models: {
      providers: { local: { baseUrl: server.baseUrl } },
      aliases: {},
      prices: {},
      variable: () => undefined,
      root: ".",
    },
  });
  const run = await hall.start(asking(options) as never, { company: "Acme" });
  return { ending: await run.ending, asked: server.asked.map(({ body }) => body) };
}

test("a skill's instructions follow the agent's own, and its tools are among the agent's, the same one once", async () => {
  const { ending, asked } = await play({ tools: [tool("own")], skills: [citing, polite] }, [
    { calls: [{ tool: "cite", with: {} }] },
  ]);

  expect(ending).toEqual({ is: "completed", output: "done" });
  expect(asked[0]!.messages[0]).toEqual({
    role: "system",
    content: "You write.\n\nSay where each fact is from.\n\nBe polite.",
  });
  expect(asked[0]!.tools!.map(({ function: { name } }) => name)).toEqual(["own", "shared", "cite"]);
  expect(asked[1]!.messages.at(-1)!.content).toBe("cite was called");
});

test("a skill's instructions follow also those that are a function of the input", async () => {
  const { asked } = await play(
    { instructions: ({ company: name }: { company: string }) => `You write to ${name}.`, skills: [polite] },
    [],
  );

  expect(asked[0]!.messages[0]!.content).toBe("You write to Acme.\n\nBe polite.");
});

test("a plan names an agent's skills, and the secrets of their tools; without skills it is what it was", () => {
  const plan = planOf({ skills: [citing] });

  expect(Object.values(plan.agents!)[0]).toMatchObject({ skills: ["citing"], tools: ["shared", "cite"] });
  expect(plan.body.nodes.letter).toMatchObject({ secrets: ["KEY"] });
  expect(Object.values(planOf({}).agents!)[0]).not.toHaveProperty("skills");
});

test("a difference says which skills came and went, with what they tell and bring", () => {
  const [before, after] = [{ skills: [polite] }, { skills: [citing] }].map(
    (options) => Object.values(planOf(options).agents!)[0]!,
  );

  expect(agentChanges(before!, after!).map(({ words, from, to }) => [words, from, to])).toEqual([
    ["has the skill polite no more", undefined, undefined],
    ["may call cite now", undefined, undefined],
    ["has the skill citing now", undefined, undefined],
    ["", '"Be polite."', '"Say where each fact is from."'],
  ]);
});
