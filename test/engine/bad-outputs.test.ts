import { expect, test } from "vitest";
import { z } from "zod";
import { agent, defineAgent, defineScore, defineTool, input, map } from "../../src/index.ts";
import { type BadOutput, badOutput, KINDS } from "../players/bad-outputs.ts";
import { serveModels } from "../players/model-server.ts";
import { Random } from "../sim/random.ts";
import { openHall } from "./hall.ts";

const OUTPUTS = 500;
const SEED = 20261120;

const lookUp = defineTool({
  name: "look_up",
  description: "Facts about a company",
  input: z.object({ name: z.string() }),
  run: () => ({ employees: 4 }),
});
const writer = defineAgent({
  id: "writer",
  model: "local/llama",
  instructions: "You write letters.",
  input: z.object({ n: z.int() }),
  output: z.object({ letter: z.string().max(1_000), words: z.int() }),
  tools: [lookUp],
  maxTurns: 3,
});
const list = input(z.object({ all: z.array(z.int()) }));
const letters = map({
  over: list.all,
  maxItems: OUTPUTS,
  onItemError: "collect",
  each: (n) => agent(writer, { input: { n } }),
});
const score = defineScore({ id: "letters", input: list, nodes: { letters }, output: letters.output });

test(`of ${OUTPUTS} bad outputs each is a failure with a code and a sentence, and its cost is kept`, async () => {
  const given = Array.from({ length: OUTPUTS }, (_, n): BadOutput[] => {
    const random = new Random(SEED + n);
    // A model that is told what is wrong gives something as bad.
    return Array.from({ length: 3 }, () => badOutput(KINDS[n % KINDS.length]!, random));
  });
  const served = given.map(() => 0);
  const server = await serveModels(({ body: { messages } }) => {
    const { n } = JSON.parse(messages[1]!.content as string) as { n: number };
    const output = given[n]![served[n]!++]!;
    return { raw: (response) => output.send(response) };
  });
  const prices = { "local/llama": { input: 1, output: 1 } };
  const providers = { local: { baseUrl: server.baseUrl } };
  const hall = await openHall(undefined, {
    models: { providers, aliases: {}, prices, variable: () => undefined, root: "." },
  });

  const run = await hall.start(score as never, { all: given.map((_, n) => n) });

  expect(await run.ending).toMatchObject({ is: "completed" });
  const steps = (await hall.store.stepsOf(run.id)).filter(({ kind }) => kind === "agent");
  const calls = await hall.store.modelCallsOf(run.id);
  const found = given.map((outputs, n) => {
    const step = steps.find(({ key }) => key === `letters/${n}`)!;
    const error = JSON.parse(step.error ?? "{}") as { code?: string; message?: string };
    const made = calls.filter(({ step: key }) => key === step.key);
    return {
      n,
      kind: outputs[0]!.kind,
      code: error.code,
      isSentence: /^[A-Z].{10,}/.test(error.message ?? "") && error.message!.length <= 4_000,
      calls: made.length,
      microUsd: made.reduce((sum, { microUsd }) => sum + (microUsd ?? Number.NaN), 0),
    };
  });
  const CODES: Readonly<Record<string, readonly string[]>> = {
    "tool-call soup": ["MR3090", "MR3091", "MR3095"],
    "half a stream": ["MR3090"],
    "wrong JSON": ["MR3090", "MR3091"],
  };
  const wrong = found.filter(({ n, kind, code, isSentence, calls: made, microUsd }) => {
    const outputs = given[n]!.slice(0, made);
    const said = outputs.reduce((sum, { tokens }) => sum + tokens, 0);
    // What broke off before anybody said what it took is billed all the same.
    const isCostKept = outputs.some(({ tokens }) => tokens === 0) ? microUsd > said : microUsd === said;
    const isCodeRight = (CODES[kind] ?? ["MR3091"]).includes(code ?? "");
    return !isCodeRight || !isSentence || made !== served[n] || !isCostKept;
  });
  expect(wrong).toEqual([]);
  expect(calls).toHaveLength(server.asked.length);
});
