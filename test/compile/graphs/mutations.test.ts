import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DefinitionError } from "../../../src/define/definition-error.ts";
import { buildParts, type DrawnScore, drawnScore, type Hooks } from "./draw-score.ts";
import { mutations } from "./mutations.ts";
import { findingsOf } from "./parts.ts";

/** Graphs that are drawn; the long run draws more. */
const GRAPHS = Number(process.env.MAESTRO_GRAPHS ?? 200);
const TABLE = fileURLToPath(new URL("../mutations.json", import.meta.url));

test("a valid graph of any shape compiles without a finding", async () => {
  await fc.assert(
    fc.asyncProperty(drawnScore, async (drawn) => {
      expect(await findingsOf(() => buildParts(drawn))).toEqual([]);
    }),
    { numRuns: GRAPHS },
  );
});

describe("a mistake in any graph is reported with its own code", () => {
  test.each(mutations.map((one) => [one.code, one.mutation, one.hooks] as const))(
    "%s: %s",
    async (code, _, hooks) => {
      await fc.assert(
        fc.asyncProperty(drawnScore, async (drawn) => {
          expect(await codesOf(drawn, hooks())).toContain(code);
        }),
        { numRuns: Math.ceil(GRAPHS / 20) },
      );
    },
  );
});

test("the table of mistakes that the documentation shows is this one", () => {
  const text = `${JSON.stringify(
    mutations.map(({ mutation, code }) => ({ mutation, code })),
    undefined,
    2,
  )}\n`;
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(TABLE, text);

  expect(readFileSync(TABLE, "utf8")).toBe(text);
});

async function codesOf(drawn: DrawnScore, hooks: Hooks): Promise<string[]> {
  try {
    return (await findingsOf(() => buildParts(drawn, hooks))).map(({ code }) => code);
  } catch (error) {
    if (error instanceof DefinitionError) return [error.code];
    throw error;
  }
}
