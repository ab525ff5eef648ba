import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { fits } from "../../src/compile/graph/fits.ts";
import { literalProblems } from "../../src/compile/graph/literal-problems.ts";
import { EACH } from "../../src/compile/graph/walk-schema.ts";
import { toJsonSchema, toLooseSchema } from "../../src/define/check.ts";
import type { JsonSchema, Path } from "../../src/plan/index.ts";
import type { Json } from "../../src/support/json.ts";

/** A schema, and values that may fit it. */
interface Sampled {
  readonly schema: z.ZodType;
  readonly values: fc.Arbitrary<unknown>;
  /** How a counterexample shows it. */
  readonly [fc.toStringMethod]: () => string;
}

const TEXTS = [
  "",
  "a",
  "b",
  "ab",
  "AB",
  " a ",
  "abcdef",
  "a@b.co",
  "https://a.b/c",
  "2027-01-31T09:00:00Z",
  "7",
];
const texts = fc.constantFrom(...TEXTS);
const numbers = fc.constantFrom(-1, 0, 0.5, 1, 2, 3, 5, 10, 1e21);
const anything = fc.oneof(texts, numbers, fc.boolean(), fc.constant(null), fc.constant([]), fc.constant({}));

const sampled = (schema: z.ZodType, values: fc.Arbitrary<unknown>): Sampled => ({
  schema,
  values,
  [fc.toStringMethod]: () => JSON.stringify(written(schema, "input").exact),
});

const plain: fc.Arbitrary<Sampled> = fc.oneof(
  fc.constantFrom(
    ...[
      z.string(),
      z.string().min(1),
      z.string().max(2),
      z.string().min(2).max(4),
      z.email(),
      z.url(),
      z.iso.datetime(),
      z.string().regex(/^[a-z]+$/),
      z.string().startsWith("a"),
    ].map((schema) => sampled(schema, texts)),
  ),
  fc.constantFrom(
    ...[
      z.number(),
      z.int(),
      z.number().min(1),
      z.number().gt(1),
      z.number().max(1),
      z.number().lt(1),
      z.int().min(2).max(5),
      z.number().multipleOf(5),
    ].map((schema) => sampled(schema, numbers)),
  ),
  fc.constant(sampled(z.boolean(), fc.boolean())),
  fc.constant(sampled(z.null(), fc.constant(null))),
  fc
    .subarray(["a", "b", "ab", "7"], { minLength: 1 })
    .map((of) => sampled(z.enum(of), fc.constantFrom(...of))),
  fc
    .subarray(["a", 1, 2, true, null], { minLength: 1 })
    .map((of) => sampled(z.literal(of), fc.constantFrom(...of))),
);

/** Schemas that accept more than JSON Schema says of them. */
const odd: fc.Arbitrary<Sampled> = fc.constantFrom(
  ...[
    z.coerce.number(),
    z.coerce.string(),
    z.string().catch("x"),
    z.string().trim().max(1),
    z
      .string()
      .toLowerCase()
      .regex(/^[a-z]+$/),
    z.string().regex(/^[a-z]+$/i),
    z.preprocess((value) => String(value), z.string().max(2)),
    z.any(),
    z.unknown(),
  ].map((schema) => sampled(schema, anything)),
);

function schemas(leaf: fc.Arbitrary<Sampled>): fc.Arbitrary<Sampled> {
  return fc.letrec<{ any: Sampled; list: Sampled; object: Sampled; union: Sampled; field: Sampled }>(
    (tie) => ({
      any: fc.oneof(
        { maxDepth: 3, depthIdentifier: "schema" },
        leaf,
        tie("object"),
        tie("list"),
        tie("union"),
      ),
      field: fc
        .tuple(tie("any"), fc.constantFrom("", "optional", "nullable", "default"))
        .map(([{ schema, values }, how]) => {
          if (how === "optional") return sampled(schema.optional(), fc.option(values, { nil: undefined }));
          if (how === "nullable") return sampled(schema.nullable(), fc.option(values, { nil: null }));
          if (how !== "default") return sampled(schema, values);
          const fine = TEXTS.find((text) => schema.safeParse(text).success);
          return fine === undefined
            ? sampled(schema, values)
            : sampled(schema.default(fine as never), fc.option(values, { nil: undefined }));
        }),
      object: fc
        .tuple(
          fc.dictionary(fc.constantFrom("a", "b", "c"), tie("field"), { maxKeys: 3 }),
          fc.constantFrom("strip", "strict", "loose", "record"),
        )
        .map(([fields, how]) => {
          const entries = Object.entries(fields);
          const shape = Object.fromEntries(entries.map(([key, { schema }]) => [key, schema]));
          const values = fc.record(Object.fromEntries(entries.map(([key, { values }]) => [key, values])));
          const [first] = entries;
          if (how === "record" && first)
            return sampled(
              z.record(z.string(), first[1].schema),
              fc.dictionary(fc.constantFrom("a", "b"), first[1].values),
            );
          const own =
            how === "strict"
              ? z.strictObject(shape)
              : how === "loose"
                ? z.looseObject(shape)
                : z.object(shape);
          const more = fc.record({ a: anything, c: anything }, { requiredKeys: [] });
          return sampled(
            own,
            fc.oneof(
              values,
              fc.tuple(more, values).map(([a, b]) => ({ ...a, ...b })),
            ),
          );
        }),
      list: fc
        .tuple(tie("any"), tie("any"), fc.constantFrom("", "min", "max", "pair"))
        .map(([{ schema, values }, other, how]) => {
          if (how === "pair") return sampled(z.tuple([schema, other.schema]), fc.tuple(values, other.values));
          const list = z.array(schema);
          const own = how === "min" ? list.min(1) : how === "max" ? list.max(2) : list;
          return sampled(own, fc.array(values, { maxLength: 4 }));
        }),
      union: fc.oneof(
        fc
          .tuple(tie("any"), tie("any"))
          .map(([a, b]) => sampled(z.union([a.schema, b.schema]), fc.oneof(a.values, b.values))),
        fc
          .tuple(tie("field"), tie("field"))
          .map(([a, b]) =>
            sampled(
              z.discriminatedUnion("is", [
                z.object({ is: z.literal("a"), a: a.schema }),
                z.object({ is: z.literal("b"), b: b.schema }),
              ]),
              fc.oneof(
                fc.record({ is: fc.constantFrom("a", "c"), a: a.values }),
                fc.record({ is: fc.constant("b"), b: b.values }),
              ),
            ),
          ),
      ),
    }),
  ).any;
}

const given = schemas(plain);
const taken = schemas(fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: odd }));

/** What a schema gives when it is given `values`, as JSON carries it. */
function outputsOf({ schema }: Sampled, values: readonly unknown[]): Json[] {
  return values.flatMap((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [JSON.parse(JSON.stringify(parsed.data)) as Json] : [];
  });
}

function written(schema: z.ZodType, side: "input" | "output"): { exact: JsonSchema; loose: JsonSchema } {
  const exact = toJsonSchema(schema, side);
  if ("problem" in exact) throw new Error(exact.problem);
  return { exact: exact.schema, loose: toLooseSchema(schema, side)! };
}

/** Everything at `path`. */
function at(value: unknown, path: Path): unknown[] {
  const [step, ...rest] = path;
  if (step === undefined) return [value];
  if (typeof value !== "object" || value === null) return [];
  if (step === EACH) return Array.isArray(value) ? value.flatMap((item) => at(item, rest)) : [];
  return Object.hasOwn(value, step) ? at((value as Record<string, unknown>)[step], rest) : [];
}

const pairs = fc.tuple(given, taken).chain(([source, target]) =>
  fc.record({
    source: fc.constant(source),
    target: fc.constant(target),
    values: fc.array(source.values, { minLength: 1, maxLength: 12 }),
  }),
);
const RUNS = { numRuns: 2_000 };

describe("two schemas are compared as their library means them", () => {
  test("what fits is accepted, and what never fits is refused, value by value", () => {
    const seen = { fits: 0, never: 0, lacks: 0, missing: 0, may: 0, unknown: 0 };
    fc.assert(
      fc.property(pairs, ({ source, target, values }) => {
        const { exact, loose } = written(target.schema, "input");
        const isExact = JSON.stringify(exact) === JSON.stringify(loose);
        const fit = fits(written(source.schema, "output").exact, loose);
        for (const value of outputsOf(source, values)) {
          const isAccepted = target.schema.safeParse(value).success;
          const text = `${JSON.stringify(value)} ${JSON.stringify(fit)}`;
          const found =
            "path" in fit ? at(value, fit.is === "missing" ? fit.path.slice(0, -1) : fit.path) : [];
          seen[fit.is]++;
          if (fit.is === "fits" && isExact) expect(isAccepted, text).toBe(true);
          if (fit.is === "never" && found.some((one) => one !== null)) expect(isAccepted, text).toBe(false);
          if (fit.is === "lacks" && found.some((one) => typeof one === "object" && one !== null))
            expect(isAccepted, text).toBe(false);
          if (fit.is === "missing" && hasNothing(found, fit.path.at(-1), fit.isNull))
            expect(isAccepted, text).toBe(false);
        }
      }),
      RUNS,
    );
    // A comparison that never decides would pass.
    for (const [answer, count] of Object.entries(seen)) expect(count, answer).toBeGreaterThan(3);
  });

  test("a literal with a problem is refused, and one without is accepted", () => {
    const seen = { wrong: 0, right: 0 };
    fc.assert(
      fc.property(
        taken.chain(({ schema, values }) =>
          fc.record({ schema: fc.constant(schema), value: fc.oneof(values, anything) }),
        ),
        ({ schema, value: any }) => {
          const value = JSON.parse(JSON.stringify(any)) as Json;
          const { exact, loose } = written(schema, "input");
          const { problems, isDecided } = literalProblems(value, loose);
          const isAccepted = schema.safeParse(value).success;
          if (problems.length > 0) {
            seen.wrong++;
            expect(isAccepted, JSON.stringify([value, problems])).toBe(false);
          } else if (isDecided && JSON.stringify(exact) === JSON.stringify(loose)) {
            seen.right++;
            expect(isAccepted, JSON.stringify(value)).toBe(true);
          }
        },
      ),
      RUNS,
    );
    expect(Math.min(seen.wrong, seen.right)).toBeGreaterThan(200);
  });
});

function hasNothing(parents: readonly unknown[], key: string | number | undefined, isNull: boolean): boolean {
  return parents.some((parent) => {
    if (key === undefined) return isNull && parent === null;
    if (typeof parent !== "object" || parent === null || Array.isArray(parent)) return false;
    return isNull ? (parent as Record<string, unknown>)[key] === null : !Object.hasOwn(parent, key);
  });
}

describe("what cannot be told", () => {
  const tree: JsonSchema = {
    type: "object",
    properties: { kids: { type: "array", items: { $ref: "#" } } },
    required: ["kids"],
  };

  test("a schema that holds itself is followed only so far", () => {
    const deep = (levels: number): Json => (levels === 0 ? { kids: [] } : { kids: [deep(levels - 1)] });

    expect(literalProblems(deep(30), tree).problems).toEqual([]);
    expect(literalProblems({ kids: [{ kids: [{}] }] }, tree).problems).toEqual([
      { path: ["kids", 0, "kids", 0], wants: "it has to be complete", lacks: ["kids"] },
    ]);
    expect(fits(tree, tree).is).toBe("unknown");
    expect(literalProblems(1, { $ref: "#" }).isDecided).toBe(false);
    expect(literalProblems(1, { anyOf: [{ $ref: "#" }, { type: "string" }] }).isDecided).toBe(false);
  });

  test("a pattern that takes for ever has not been looked at, and is tried once", () => {
    const slow = { type: "string", pattern: "^(a+)+$" };
    const startedAt = performance.now();

    for (let i = 0; i < 100; i++)
      expect(literalProblems(`${"a".repeat(60)}!`, slow)).toEqual({ problems: [], isDecided: false });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  test("two patterns are not compared", () => {
    expect(fits({ type: "string", pattern: "^a$" }, { type: "string", pattern: "^b$" }).is).toBe("unknown");
  });
});
