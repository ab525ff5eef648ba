import { expect, test } from "vitest";
import { z } from "zod";
import { compareSchemas, type SchemaSide } from "../../src/compile/diff/compare-schemas.ts";
import type { JsonSchema } from "../../src/plan/index.ts";

const toJson = (schema: z.ZodType, side: SchemaSide) =>
  z.toJSONSchema(schema, { io: side === "input" ? side : "output" }) as unknown as JsonSchema;

function differences(from: z.ZodType, to: z.ZodType, side: SchemaSide): string[] {
  return compareSchemas(toJson(from, side), toJson(to, side), side).map(({ weight, path, words, from, to }) =>
    [weight, path, words, from, to].filter((part) => part !== undefined && part !== "").join(" "),
  );
}

test.each<[string, z.ZodType, z.ZodType, string[], string[]]>([
  [
    "a new required field",
    z.object({}),
    z.object({ a: z.string() }),
    ["breaking a new required field"],
    ["safe a new required field"],
  ],
  [
    "a new optional field",
    z.object({}),
    z.object({ a: z.string().optional() }),
    ["safe a new optional field"],
    ["safe a new optional field"],
  ],
  [
    "a field that is gone",
    z.object({ a: z.string() }),
    z.object({}),
    ["review a field removed"],
    ["breaking a field removed"],
  ],
  [
    "a field that is required now",
    z.object({ a: z.string().optional() }),
    z.object({ a: z.string() }),
    ["breaking a required now"],
    ["safe a required now"],
  ],
  [
    "a field that is optional now",
    z.object({ a: z.string() }),
    z.object({ a: z.string().optional() }),
    ["safe a optional now"],
    ["breaking a optional now"],
  ],
  [
    "another type",
    z.string(),
    z.number(),
    ["breaking changed string number"],
    ["breaking changed string number"],
  ],
  [
    "less room",
    z.string(),
    z.string().max(5),
    ["breaking narrowed: maxLength 5"],
    ["review narrowed: maxLength 5"],
  ],
  [
    "more room",
    z.number().min(3),
    z.number().min(1),
    ["safe widened: minimum 3 1"],
    ["review widened: minimum 3 1"],
  ],
  [
    "a value more",
    z.enum(["a", "b"]),
    z.enum(["a", "b", "c"]),
    ['safe widened: also "c"'],
    ['review widened: also "c"'],
  ],
  [
    "a value less",
    z.enum(["a", "b"]),
    z.enum(["a"]),
    ['breaking narrowed: no longer "b"'],
    ['review narrowed: no longer "b"'],
  ],
  ["null too", z.string(), z.string().nullable(), ["safe widened: also null"], ["review widened: also null"]],
  [
    "any text in the place of one",
    z.literal("a"),
    z.string(),
    ['safe widened "a" string'],
    ['review widened "a" string'],
  ],
  [
    "items",
    z.array(z.object({ a: z.string() })),
    z.array(z.object({})),
    ["review [].a field removed"],
    ["breaking [].a field removed"],
  ],
  [
    "a remark",
    z.string().describe("A"),
    z.string().describe("B"),
    ["safe description changed"],
    ["safe description changed"],
  ],
])("%s weighs for who gives a value, and for who reads it", (_what, from, to, asInput, asOutput) => {
  expect(differences(from, to, "input")).toEqual(asInput);
  expect(differences(from, to, "output")).toEqual(asOutput);
});

test("another default is to be looked at", () => {
  const [one, two] = [1, 2].map((n) => z.object({ a: z.number().default(n) }));

  expect(differences(one!, two!, "input")).toEqual(["review a default 1 2"]);
});

test("a schema that contains itself is compared once, also in what it refers to", () => {
  const tree = (leaf: z.ZodType) => {
    const node: z.ZodType = z.object({
      leaf,
      get children() {
        return z.array(node);
      },
    });
    return z.object({ top: node });
  };

  expect(differences(tree(z.string()), tree(z.string()), "output")).toEqual([]);
  expect(differences(tree(z.string()), tree(z.number()), "output")).toEqual([
    "breaking top.leaf changed string number",
  ]);
});

test("equal schemas have no differences, whatever order their fields are in", () => {
  const [one, two] = [z.object({ a: z.string(), b: z.int() }), z.object({ b: z.int(), a: z.string() })];

  expect(differences(one, two, "input")).toEqual([]);
});

test.each<[SchemaSide, string[]]>([
  [
    "response",
    [
      "review a required now",
      "breaking b field removed",
      "review c narrowed: maxLength 9",
      "review d new required field",
    ],
  ],
  [
    "schema",
    [
      "review a required now",
      "breaking b field removed",
      "review c narrowed: maxLength 9",
      "review d new required field",
    ],
  ],
  [
    "state",
    [
      "breaking a required now",
      "breaking b field removed",
      "breaking c narrowed: maxLength 9",
      "breaking d new required field",
    ],
  ],
  [
    "decision",
    [
      "breaking a required now",
      "breaking b field removed",
      "breaking c narrowed: maxLength 9",
      "breaking d new required field",
    ],
  ],
])("less room in a %s", (side, expected) => {
  const from = z.object({ a: z.string().optional(), b: z.string(), c: z.string() });
  const to = z.object({ a: z.string(), c: z.string().max(9), d: z.string() });

  expect(differences(from, to, side)).toEqual(expected);
});

test.each<SchemaSide>(["response", "schema", "state", "decision"])("more room in a %s", (side) => {
  const from = z.object({ a: z.string(), b: z.enum(["x"]) });
  const to = z.object({ a: z.string().optional(), b: z.enum(["x", "y"]), c: z.string().optional() });

  expect(differences(from, to, side)).toEqual([
    "breaking a optional now",
    'review b widened: also "y"',
    "safe c new optional field",
  ]);
});
