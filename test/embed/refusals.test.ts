import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { type MaestroOptions, openMaestro } from "../../src/embed.ts";
import { defineScore, input, task } from "../../src/index.ts";

const start = input(z.object({ n: z.number() }));
const half = task({ input: { n: start.n }, output: z.number(), run: ({ input }) => input.n / 2 });
const halve = defineScore({ id: "halve", input: start, nodes: { half }, output: { half: half.output } });

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
