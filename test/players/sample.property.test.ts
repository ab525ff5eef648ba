import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { z } from "zod";
import { sample } from "../../src/players/understudies/sample.ts";

const toSchema = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as never;

const texts = fc.constantFrom(
  z.string(),
  z.string().min(30),
  z.string().max(3),
  z.string().length(7),
  z.email(),
  z.url(),
  z.uuid(),
  z.guid(),
  z.ipv4(),
  z.ipv6(),
  z.cidrv4(),
  z.iso.date(),
  z.iso.time(),
  z.iso.datetime(),
  z.iso.duration(),
  z.cuid(),
  z.cuid2(),
  z.ulid(),
  z.nanoid(),
  z.ksuid(),
  z.xid(),
  z.e164(),
  z.base64(),
  z.base64url(),
  z.string().regex(/^[A-Z]{3}-\d{4}$/),
  z.string().regex(/^(?:v\d+\.\d+(?:\.\d+)?|next|latest)$/),
  z.string().regex(/^[^\s@]+@[^\s@]+\.[a-z]{2,6}$/i),
  z.string().regex(/^\d{1,3}(,\d{3})*$/),
  z.string().startsWith("run_").max(12),
  z.string().endsWith(".md"),
  z.string().includes("and"),
);
const numbers = fc.oneof(
  fc.constantFrom(z.number(), z.int(), z.number().positive(), z.number().negative(), z.int().gt(5).lt(7)),
  fc.tuple(fc.integer(), fc.nat(1_000)).map(([low, range]) =>
    z
      .int()
      .min(low)
      .max(low + range),
  ),
  fc
    .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 10, noNaN: true }))
    .map(([low, range]) =>
      z
        .number()
        .min(low)
        .max(low + range),
    ),
  fc.constantFrom(z.number().multipleOf(0.25).min(1).max(2), z.int().multipleOf(7).max(-7)),
);
const plain = fc.oneof(
  texts,
  numbers,
  fc.constantFrom(
    z.boolean(),
    z.null(),
    z.literal("on"),
    z.literal([1, 2]),
    z.enum(["low", "high"]),
    z.any(),
  ),
);

const schemas = fc.letrec<{ schema: z.ZodType }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    plain,
    fc
      .dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie("schema"), { maxKeys: 4 })
      .map((shape) => z.object(shape)),
    fc.tuple(tie("schema"), fc.nat(3), fc.nat(3)).map(([item, min, more]) =>
      z
        .array(item)
        .min(min)
        .max(min + more),
    ),
    fc.tuple(tie("schema"), tie("schema")).map(([a, b]) => z.union([a, b])),
    fc.tuple(tie("schema"), tie("schema")).map(([a, b]) => z.tuple([a, b])),
    tie("schema").map((inner) => z.nullable(inner)),
    tie("schema").map((inner) => z.object({ maybe: z.optional(inner) })),
    tie("schema").map((value) => z.record(z.string(), value)),
    tie("schema").map((value) => z.record(z.enum(["a", "b"]), value)),
    fc
      .tuple(tie("schema"), tie("schema"))
      .map(([a, b]) =>
        z.discriminatedUnion("is", [
          z.strictObject({ is: z.literal("a"), a }),
          z.strictObject({ is: z.literal("b"), b }),
        ]),
      ),
    fc.tuple(tie("schema"), tie("schema")).map(([a, b]) => z.intersection(z.object({ a }), z.object({ b }))),
  ),
}));

describe("a sample", () => {
  test.prop([schemas.schema, fc.nat()], { numRuns: 300 })(
    "fits the schema it was made from",
    (schema, seed) => {
      const made = sample(toSchema(schema), seed);

      expect(schema.safeParse(made).error?.issues ?? []).toEqual([]);
    },
  );

  test.prop([schemas.schema, fc.nat()], { numRuns: 50 })(
    "is the same for the same schema and seed",
    (schema, seed) => {
      expect(sample(toSchema(schema), seed, "x")).toEqual(sample(toSchema(schema), seed, "x"));
    },
  );

  test("lies between ends that have more digits than a sum can keep", () => {
    const near = z.number().min(7.345612916952405).max(7.345612916952406);

    expect(near.safeParse(sample(toSchema(near), 1)).success).toBe(true);
  });

  test("of a schema that holds itself comes to an end", () => {
    interface Tree {
      name: string;
      children: Tree[];
    }
    const Tree: z.ZodType<Tree> = z.object({
      name: z.string(),
      get children() {
        return z.array(Tree);
      },
    });

    const made = sample(toSchema(z.object({ tree: Tree })), 1);

    expect(z.object({ tree: Tree }).safeParse(made).success).toBe(true);
  });

  test("is one of the examples where there are some", () => {
    expect(sample(toSchema(z.string().meta({ examples: ["Dear Ada"] })), 1)).toBe("Dear Ada");
  });

  test("differs with the seed", () => {
    const made = new Set([1, 2, 3, 4, 5, 6].map((seed) => JSON.stringify(sample(toSchema(z.uuid()), seed))));

    expect(made.size).toBe(6);
  });

  test.each([
    [
      "a pattern that looks around",
      z.object({ code: z.string().regex(/^(?!.*a)(?!.*e)\p{Lu}{40}$/u) }),
      /`code` .* pattern/,
    ],
    ["a range that holds nothing", z.object({ n: z.int().min(5).max(3) }), /`n` .* between/],
  ])("is refused of %s, by the field's name", (_what, schema, message) => {
    expect(() => sample(toSchema(schema), 1)).toThrow(message);
  });
});
