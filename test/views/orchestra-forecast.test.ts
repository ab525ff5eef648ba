import { expect, test } from "vitest";
import type { OrchestraPlan, Plan } from "../../src/plan/index.ts";
import { forecastOf } from "../../src/views/orchestra-forecast.ts";

/** One question of 100 tokens at most, in a score that asks once. */
function scoreWith({ maxTokens = 100 }: { readonly maxTokens?: number | undefined } = {}): Plan {
  return {
    format: 1,
    score: "letters",
    body: {
      nodes: { letter: { kind: "agent", agent: "writer", input: { is: "object", fields: {} } } },
      output: { is: "object", fields: {} },
    },
    concurrency: 1,
    agents: {
      writer: {
        model: "local/llama",
        instructions: "Write.",
        input: { type: "object", properties: {}, additionalProperties: false },
        maxTurns: 1,
        ...(maxTokens === 0 ? {} : { maxTokens }),
        code: 0,
      },
    },
  };
}

const WEEKLY = {
  cron: "0 9 * * 1",
  timezone: "Etc/UTC",
  overlap: "skip",
  catchUp: "last",
  jitterMs: 0,
} as const;
const ORCHESTRA: OrchestraPlan = { id: "mailing", score: "letters", schedule: WEEKLY, input: {} };
const HISTORY = { runs: 7, p50MicroUsd: 100, p95MicroUsd: 900, p50Ms: 1, p95Ms: 2, unpriced: 0, agents: {} };
const now = Date.parse("2026-11-20T12:00:00Z");
const knowing = { priceOf: () => ({ input: 0, output: 1_000_000 }), fullName: (name: string) => name };

function forecast(
  orchestra: Partial<OrchestraPlan>,
  besides: { readonly plan?: Plan; readonly isFirst?: true } = {},
) {
  const { plan = scoreWith(), isFirst } = besides;
  const history = isFirst ? undefined : HISTORY;
  return forecastOf({
    orchestra: { ...ORCHESTRA, ...orchestra },
    plan,
    plans: new Map(),
    knowing,
    history,
    now,
  });
}

test("a month costs what a run does, as often as the schedule says", () => {
  expect(forecast({})).toEqual({
    perRun: { boundMicroUsd: 100, p50MicroUsd: 100, p95MicroUsd: 900 },
    perMonth: { runs: 4, boundMicroUsd: 400, p50MicroUsd: 400, p95MicroUsd: 3_600 },
    history: { runs: 7, unpriced: 0 },
  });
});

test("a schedule that is due every minute is counted without looking at each of them", () => {
  const { perMonth } = forecast({ schedule: { ...WEEKLY, cron: "* * * * *" } })!;

  expect(perMonth!.runs).toBe(30 * 24 * 60);
});

test("budgets of an orchestra bound its runs, and its days", () => {
  const { perRun, perMonth } = forecast({
    schedule: { ...WEEKLY, cron: "0 * * * *" },
    budget: { perRunMicroUsd: 60, perDayMicroUsd: 500 },
  })!;

  expect(perRun.boundMicroUsd).toBe(60);
  expect(perMonth).toMatchObject({ runs: 720, boundMicroUsd: 15_000 });
});

test("what nothing bounds has no bound, and without past runs there is nothing usual", () => {
  const { perRun, perMonth, history } = forecast(
    { budget: { perDayMicroUsd: 5 } },
    { plan: scoreWith({ maxTokens: 0 }), isFirst: true },
  )!;

  expect(perRun).toEqual({ boundMicroUsd: null });
  expect(perMonth).toEqual({ runs: 4, boundMicroUsd: null });
  expect(history).toEqual({ runs: 0, unpriced: 0 });
});

test("a score that asks no model costs nothing, and has no forecast", () => {
  const plan = scoreWith();

  expect(forecast({}, { plan: { ...plan, body: { ...plan.body, nodes: {} }, agents: {} } })).toBeUndefined();
});
