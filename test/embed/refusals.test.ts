import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { type Maestro, type MaestroOptions, openMaestro } from "../../src/embed.ts";
import { checkpoint, defineScore, input, task } from "../../src/index.ts";

const start = input(z.object({ n: z.number() }));
const half = task({ input: { n: start.n }, output: z.number(), run: ({ input }) => input.n / 2 });
const halve = defineScore({ id: "halve", input: start, nodes: { half }, output: { half: half.output } });
const review = checkpoint({
  title: "Pay?",
  decision: z.object({ yes: z.boolean() }),
  timeout: "1d",
  onTimeout: "reject",
});
const asking = defineScore({ id: "asking", nodes: { review }, output: review.output });

const file = join(tmpdir(), "never-opened", "m.db");
const good = { scores: [halve], store: file };

test.each<[string, unknown, string]>([
  ["nothing", undefined, 'openMaestro({ scores: [report], store: "runs.db" })'],
  [
    "another durability",
    { ...good, durability: "Power" },
    'durability is "Power"; it is "power" or "process": did you mean "power"?',
  ],
  ["a durability that is none", { ...good, durability: 1 }, 'durability is 1; it is "power" or "process"'],
  [
    "a misspelt option",
    { ...good, durabilty: "process" },
    'openMaestro() has no option "durabilty": did you mean "durability"?',
  ],
  ["an unknown option", { ...good, bogus: 1 }, 'openMaestro() has no option "bogus": it has: scores, store,'],
  [
    "a limit that is not a program's",
    { ...good, limits: { runs: -1 } },
    '`limits` of openMaestro() has no option "runs": it has: tags',
  ],
  ["limits that are none", { ...good, limits: 5 }, "limits is 5; it has to be an object"],
  [
    "a tag's limit",
    { ...good, limits: { tags: { crm: -1 } } },
    "limits.tags.crm is -1; it has to be a whole",
  ],
  ["a resource", { ...good, resources: { gpu: Number.NaN } }, "resources.gpu is NaN; it has to be a whole"],
  ["a secret as a value", { ...good, secret: "hunter2" }, "secret is a string; it has to be a function"],
  ["a store as a number", { ...good, store: 5 }, "store is 5; it has to be the path of the file"],
  ["no store", { scores: [halve] }, "store is missing; it has to be the path of the file"],
  ["scores as a text", { ...good, scores: "x" }, 'scores is "x"; it has to list scores: scores: [report]'],
  ["no scores", { store: file }, "scores is missing; it has to list scores"],
  ["what is no score", { ...good, scores: [half] }, "scores[0] is a node; it has to be a score"],
  ["a folder as a number", { ...good, root: 5 }, "root is 5; it has to be the path of a folder"],
  [
    "hosts as a text",
    { ...good, http: { allowHosts: "crm.example.com" } },
    'http.allowHosts is "crm.example.com"; it lists hosts',
  ],
])("Maestro is not opened with %s, and says what it has to be", async (_, options, told) => {
  const refused = await openMaestro(options as MaestroOptions).catch((error: unknown) => error);

  expect(refused).toBeInstanceOf(TypeError);
  expect((refused as Error).message).toContain(told);
  expect(existsSync(file)).toBe(false);
});

async function open(): Promise<Maestro & { store: string }> {
  const folder = mkdtempSync(join(tmpdir(), "maestro-refusals-"));
  const store = join(folder, "m.db");
  const maestro = await openMaestro({ scores: [halve, asking], store, durability: "process" });
  onTestFinished(async () => {
    await maestro.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { ...maestro, store };
}

/** As JavaScript can call it. */
const untyped = (maestro: Maestro) =>
  maestro as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;

test("what has to be done by somebody is not done by nobody, and says how that is said", async () => {
  const maestro = await open();
  const run = await maestro.run(asking, {});
  await run.result.catch(() => {});
  const at = { run: run.id, step: "review" };
  const [js, own] = [untyped(maestro), run as unknown as Record<"pause" | "cancel", () => Promise<unknown>>];

  const refused = await Promise.allSettled([
    own.cancel(),
    own.pause(),
    js.pause!(run.id),
    js.cancel!(run.id, "ada"),
    js.cancel!(run.id, { reason: "late" }),
    js.decide!(at),
    js.decide!(at, { value: { yes: true } }),
    js.migrate!(run.id),
    js.decide!(undefined, { value: { yes: true }, by: "ada" }),
    js.resumeRun!(),
  ]);

  expect(refused.map((one) => String((one as PromiseRejectedResult).reason))).toEqual([
    'TypeError: who does it has to be said: run.cancel({ by: "ada" })',
    'TypeError: who does it has to be said: run.pause({ by: "ada" })',
    'TypeError: who does it has to be said: maestro.pause(run, { by: "ada" })',
    'TypeError: who does it has to be said: maestro.cancel(run, { by: "ada" })',
    'TypeError: who does it has to be said: maestro.cancel(run, { by: "ada" })',
    'TypeError: who does it has to be said: maestro.decide({ run, step }, { value, by: "ada" })',
    'TypeError: who does it has to be said: maestro.decide({ run, step }, { value, by: "ada" })',
    'TypeError: who does it has to be said: maestro.migrate(run, { to: report, by: "ada" })',
    "TypeError: a run is named by its id, as run.id has it, and not by undefined",
    "TypeError: a run is named by its id, as run.id has it, and not by undefined",
  ]);
  expect(await maestro.checkpoints()).toHaveLength(1);
});

test("a score is given as it was defined, and not by its name", async () => {
  const js = untyped(await open());

  for (const [score, shown] of [
    ["halve", '"halve"'],
    [undefined, "undefined"],
  ])
    await expect(js.run!(score, { n: 1 })).rejects.toThrow(
      new TypeError(`${shown} is no score: it has to be given as defineScore gave it, not by its name`),
    );
});

test.each<[unknown, string]>([
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "Infinity"],
  [5n, "5"],
  ["hgih", '"hgih"'],
])("a priority that is none is told as it was given: %s", async (priority, shown) => {
  const maestro = await open();

  const refused = maestro.run(halve, { n: 1 }, { priority: priority as never });

  await expect(refused).rejects.toMatchObject({ code: "MR2035", facts: { found: shown } });
});

test("after close everything is refused alike", async () => {
  const maestro = await open();
  const run = await maestro.run(halve, { n: 1 });
  await run.result;
  const by = "ada";

  await maestro.close();

  const asked = await Promise.allSettled([
    maestro.run(halve, { n: 1 }),
    maestro.resume(),
    maestro.resumeRun(run.id),
    maestro.rerun(run.id, { from: ["half"] }),
    maestro.planMigration(run.id, halve),
    maestro.migrate(run.id, { to: halve, by }),
    maestro.checkpoints(),
    maestro.decide({ run: run.id, step: "review" }, { value: { yes: true }, by }),
    run.pause({ by }),
    run.cancel({ by }),
  ]);
  expect(asked.map((one) => (one as PromiseRejectedResult).reason.code)).toEqual(Array(10).fill("MR2012"));
});

test("a program that opens its store a second time is told that it has it open, until it has closed it", async () => {
  const { store, close } = await open();
  const again = () => openMaestro({ scores: [halve], store, durability: "process" });

  await expect(again()).rejects.toMatchObject({
    code: "MR1007",
    message: `This program has the store ${realpathSync(store)} open already.`,
  });

  await close();
  await (await again()).close();
});
