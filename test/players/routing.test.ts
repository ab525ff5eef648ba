import { fc, test } from "@fast-check/vitest";
import { describe, expect, onTestFinished, vi } from "vitest";
import { type Candidate, POLICIES, type Situation } from "../../src/plan/index.ts";
import { askOwnPolicy } from "../../src/players/models/routing/ask-own-policy.ts";
import { decideRoute } from "../../src/players/models/routing/decide-route.ts";
import { firstTier } from "../../src/players/models/routing/first-tier.ts";
import { rank } from "../../src/players/models/routing/rank.ts";

const NOTHING = { calls: 0, failed: 0, judged: 0, passed: 0, underWay: 0, waiting: 0 };
const SITUATION: Situation = { agent: "writer", attempt: 1, failures: 0, round: 1, escalation: 0 };

function candidate(model: string, tier: number, known: Partial<Candidate> = {}): Candidate {
  return { ...NOTHING, model, tier, ...known };
}

const CHEAP = candidate("local/small", 0, { price: { input: 0.1, output: 0.4 } });
const MIDDLE = candidate("openai/mini", 1, { price: { input: 0.5, output: 2 } });
const STRONG = candidate("anthropic/large", 2, { price: { input: 3, output: 15 } });
const names = (weighed: readonly { model: string }[]) => weighed.map(({ model }) => model);

const drawn = fc
  .array(
    fc.record({
      priced: fc.boolean(),
      usd: fc.double({ min: 0, max: 100, noNaN: true }),
      calls: fc.nat(200),
      failing: fc.double({ min: 0, max: 1, noNaN: true }),
      judged: fc.nat(100),
      passing: fc.double({ min: 0, max: 1, noNaN: true }),
      hasProblem: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((all) =>
    all.map((one, tier) =>
      candidate(`p/${tier}`, tier, {
        ...(one.priced ? { price: { input: one.usd, output: one.usd } } : {}),
        calls: one.calls,
        failed: Math.round(one.calls * one.failing),
        ...(one.calls > 0 ? { p50Ms: 10, p95Ms: 20 + tier } : {}),
        judged: one.judged,
        passed: Math.round(one.judged * one.passing),
        ...(one.judged > 0 ? { quality: one.passing } : {}),
        ...(one.hasProblem ? { problem: "is away" } : {}),
      }),
    ),
  );

describe("a routing policy", () => {
  test.prop([drawn, fc.constantFrom(...POLICIES)])(
    "asks every model once, those of no use last, and the same of the same past",
    (candidates, policy) => {
      const order = rank(candidates, policy);

      expect([...names(order)].sort()).toEqual(candidates.map(({ model }) => model).sort());
      const problems = names(order).map(
        (name) => candidates.find(({ model }) => model === name)!.problem !== undefined,
      );
      expect(problems).toEqual([...problems].sort((a, b) => Number(a) - Number(b)));
      expect(rank(candidates, policy)).toEqual(order);
    },
  );

  test("declared asks as the author wrote", () => {
    expect(names(rank([STRONG, CHEAP, MIDDLE], "declared"))).toEqual([
      STRONG.model,
      CHEAP.model,
      MIDDLE.model,
    ]);
  });

  test("economy asks the cheapest first, quality the one that its author names first", () => {
    const [large, mini, small] = [STRONG, MIDDLE, CHEAP].map((one, tier) => ({ ...one, tier }));

    expect(names(rank([large!, mini!, small!], "economy"))).toEqual([
      small!.model,
      mini!.model,
      large!.model,
    ]);
    expect(names(rank([large!, mini!, small!], "quality"))[0]).toBe(large!.model);
  });

  test("quality asks the one whose values were judged better, once enough were", () => {
    const first = candidate("a/one", 0, { judged: 40, passed: 10, quality: 0.4 });
    const second = candidate("b/two", 1, { judged: 40, passed: 38, quality: 0.95 });

    expect(names(rank([first, second], "quality"))).toEqual(["b/two", "a/one"]);
    const few = [
      { ...first, judged: 1 },
      { ...second, judged: 1, quality: 0.85 },
    ];
    expect(names(rank(few, "quality"))).toEqual(["a/one", "b/two"]);
  });

  test.each(["quality", "balanced", "economy"] as const)(
    "%s asks one whose calls fail after its equal, and a slow one, too",
    (policy) => {
      const sound = candidate("a/sound", 1, { calls: 100, failed: 0, p50Ms: 400, p95Ms: 900 });
      const failing = candidate("b/failing", 0, { calls: 100, failed: 60, p50Ms: 400, p95Ms: 900 });
      const slow = candidate("c/slow", 1, { calls: 100, failed: 0, p50Ms: 4_000, p95Ms: 9_000 });

      expect(names(rank([{ ...failing, tier: 1 }, sound], policy))[0]).toBe("a/sound");
      expect(names(rank([slow, sound], policy))[0]).toBe("a/sound");
    },
  );
});

describe("the tier that is asked first", () => {
  const judged = (one: Candidate, count: number, passed: number) => ({ ...one, judged: count, passed });

  test("is the cheapest while nothing is known, and the strongest where quality is asked for", () => {
    const tiers = [CHEAP, MIDDLE, STRONG];

    expect(firstTier(tiers, "economy").tier).toBe(0);
    expect(firstTier(tiers, "balanced").tier).toBe(0);
    expect(firstTier(tiers, "quality").tier).toBe(2);
  });

  test("is a stronger one when too few values of a cheap one pass to be worth it", () => {
    const tiers = [
      judged({ ...CHEAP, price: { input: 1, output: 4 } }, 200, 10),
      judged(MIDDLE, 200, 190),
      STRONG,
    ];

    expect(firstTier(tiers, "balanced")).toEqual({
      tier: 1,
      why: expect.stringContaining("190 of its 200 values passed"),
    });
  });

  test("stays cheap where what does not pass costs next to nothing", () => {
    const tiers = [judged(CHEAP, 200, 60), judged(STRONG, 140, 140)].map((one, tier) => ({ ...one, tier }));

    expect(firstTier(tiers, "economy").tier).toBe(0);
    expect(firstTier(tiers, "quality").tier).toBe(1);
  });

  test.each([0, 0.1, 0.2])(
    "one that passes %d of its values is tried as often as the logarithm allows",
    (share) => {
      // Starting cheap pays from this share on: (0.139 + 0.25) of 1.25.
      const most = Math.log(2_000) / (2 * (0.311 - share) ** 2) + 1;
      const tiers = [MIDDLE, STRONG].map((one, tier) => ({ ...one, tier, judged: 0, passed: 0 }));
      // What is no good costs a fourth of the strong one's price on top of its own.
      let starts = 0;
      for (let run = 0; run < 2_000; run++) {
        const { tier } = firstTier(tiers, "balanced");
        const tried = tiers[tier]!;
        const passes =
          tier === 1 || Math.floor(tried.judged * share) < Math.floor((tried.judged + 1) * share);
        if (tier === 0) starts++;
        tried.judged++;
        if (passes) tried.passed++;
        else {
          tiers[1]!.judged++;
          tiers[1]!.passed++;
        }
      }

      expect(starts).toBeGreaterThan(0);
      expect(starts).toBeLessThanOrEqual(most);
    },
  );

  test("goes back to a cheap one that has become good", () => {
    const was = [judged(MIDDLE, 60, 0), judged(STRONG, 80, 80)].map((one, tier) => ({ ...one, tier }));
    const is = [judged(MIDDLE, 60, 51), judged(STRONG, 80, 80)].map((one, tier) => ({ ...one, tier }));

    expect(firstTier(was, "balanced").tier).toBe(1);
    expect(firstTier(is, "balanced").tier).toBe(0);
  });
});

describe("a route", () => {
  test("goes on from a tier upwards, and downwards only when nothing above can be had", () => {
    const situation = { ...SITUATION, from: { tier: 1, why: "tier 1 was not good enough" } };

    const route = decideRoute({ policy: "economy", candidates: [CHEAP, MIDDLE, STRONG], situation });

    expect(route.models).toEqual([MIDDLE.model, STRONG.model, CHEAP.model]);
    expect(route.because.quality).toBe("tier 1 was not good enough");
  });

  test("says what it was decided from", () => {
    const busy = { ...CHEAP, underWay: 3, waiting: 2 };
    const away = { ...STRONG, problem: "its last calls all failed, so it is left alone" };
    const refused = { artifact: "letter", by: "critic", score: 0.2, min: 0.7, why: "curt" };
    const situation = { ...SITUATION, attempt: 2, round: 2, escalation: 1, refused, budgetMicroUsd: 20_000 };

    const { because } = decideRoute({ policy: "economy", candidates: [busy, away], situation });

    expect(because).toEqual({
      state: "attempt 2, value 2",
      quality: "critic gave the value before 0.2, and 0.7 is the least: curt",
      dependencies: 'artifact "letter" waits for a better value',
      resources:
        "local/small: 3 under way, 2 waiting; anthropic/large: its last calls all failed, so it is left alone",
      budget: "the step may spend $0.02",
    });
  });
});

describe("a policy of one's own", () => {
  const candidates = [CHEAP, MIDDLE, STRONG];
  const asked = { policy: "mine", candidates, situation: SITUATION };

  test("gives the order, and may leave models out", async () => {
    const own = await askOwnPolicy(({ candidates: given }) => [given[2]!.model, given[0]!.model], asked);

    expect(decideRoute({ policy: "mine", candidates, situation: SITUATION, own }).models).toEqual([
      STRONG.model,
      CHEAP.model,
    ]);
  });

  test.each<[string, () => unknown, string]>([
    [
      "throws",
      () => {
        throw new Error("no idea");
      },
      "no idea",
    ],
    [
      "throws what is no error",
      () => {
        throw null;
      },
      "null",
    ],
    ["gives nothing", () => undefined, "it gave no list of models"],
    ["gives an empty list", () => [], "it gave an empty list"],
    ["gives a stranger", () => ["openai/gpt-9"], 'it gave "openai/gpt-9", which is none of them'],
    ["gives no name", () => [7], "it gave 7, which is none of them"],
    ["gives one twice", () => [CHEAP.model, CHEAP.model], "it gave a model twice"],
  ])("that %s leaves the declared order, and says why", async (_what, order, problem) => {
    const own = await askOwnPolicy(order, asked);

    expect(own).toEqual({ problem });
    const route = decideRoute({ policy: "mine", candidates, situation: SITUATION, own });
    expect(route.models).toEqual(candidates.map(({ model }) => model));
    expect(route.because.state).toContain(problem);
  });

  test("that never answers is not waited for", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const asking = askOwnPolicy(() => new Promise(() => {}), asked);

    await vi.advanceTimersByTimeAsync(5_000);

    expect(await asking).toEqual({ problem: "it gave nothing within 5000 ms" });
  });

  test("cannot change what is decided from", async () => {
    await askOwnPolicy(({ candidates: given }) => {
      Object.assign(given[0]!, { model: "changed" });
      return [];
    }, asked);

    expect(candidates[0]!.model).toBe("local/small");
  });
});
