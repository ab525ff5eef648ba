import { expect, test } from "vitest";
import { z } from "zod";
import { readInput } from "../../src/cli/read-input.ts";
import { UsageError } from "../../src/cli/usage-error.ts";
import type { JsonSchema } from "../../src/plan/index.ts";

const Name = z.string().meta({ id: "Name" });
const schema = z.object({
  n: z.number(),
  s: z.string(),
  flag: z.boolean(),
  kind: z.enum(["1", "auto"]),
  either: z.union([z.literal("1"), z.literal("auto")]),
  nullable: z.string().nullable(),
  yes: z.boolean().nullable(),
  name: Name,
  other: Name,
  list: z.array(z.string()),
  record: z.record(z.string(), z.string()),
  deep: z.object({ inner: z.object({ s: z.string(), n: z.int().optional() }) }),
  open: z.unknown(),
});
const json = z.toJSONSchema(schema, { io: "input" }) as JsonSchema;

const read = (...options: string[]) =>
  readInput(options, { schema: json, cwd: "/", readStdin: async () => '\uFEFF{"n":1}' });

test.each<[string, unknown]>([
  ["n=7", { n: 7 }],
  ["n=007", { n: "007" }],
  ["s=123", { s: "123" }],
  ["s=true", { s: "true" }],
  ["s=", { s: "" }],
  ["flag=yes", { flag: true }],
  ["flag=off", { flag: false }],
  ["kind=1", { kind: "1" }],
  ["either=1", { either: "1" }],
  ["nullable=123", { nullable: "123" }],
  ["nullable=null", { nullable: null }],
  ["yes=no", { yes: false }],
  ["name=123", { name: "123" }],
  ["other=true", { other: "true" }],
  ['list=["a"]', { list: ["a"] }],
  ["record.k=5", { record: { k: "5" } }],
  ["deep.inner.s=5", { deep: { inner: { s: "5" } } }],
  ["deep.inner.n=5", { deep: { inner: { n: 5 } } }],
  ["open=5", { open: 5 }],
  ["open=text", { open: "text" }],
  ["s=a=b", { s: "a=b" }],
])("--input %s is what the schema takes there", async (option, wanted) => {
  expect(await read(option)).toEqual(wanted);
});

test.each([
  [["n=1", '{"__proto__":{"n":5}}'], 'The input from --input: "__proto__" is no path to a field.'],
  [['{"n":1,"constructor":{}}'], 'The input from --input: "constructor" is no path to a field.'],
  [["-"], 'The input from standard input: "__proto__" is no path to a field.'],
  [["__proto__=5"], '--input __proto__=5: "__proto__" is no path to a field.'],
])("a key that no field can have is refused, wherever it is given: %j", async (options, told) => {
  const readStdin = async () => '{"__proto__":{"n":5}}';

  const reading = readInput(options, { schema: json, cwd: "/", readStdin });

  await expect(reading).rejects.toThrow(new UsageError(told));
});

test("a mark at the beginning of JSON is not part of it", async () => {
  expect(await read("-")).toEqual({ n: 1 });
});
