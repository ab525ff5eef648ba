import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { chooseWay, type Situation, type Way } from "../../src/engine/core/choose-way.ts";

const ALL: readonly Way[] = ["retry", "reconstruct", "fallback", "skip"];

function situation(of: Partial<Omit<Situation, "ways">> & { readonly ways?: readonly Way[] }): Situation {
  const { ways = ALL, ...rest } = of;
  return {
    importance: "normal",
    risk: "normal",
    attempts: 1,
    spentMs: 1_000,
    waitMs: 1_000,
    leftMs: undefined,
    ...rest,
    ways: new Set(ways),
  };
}

type Importance = Situation["importance"];
type Risk = Situation["risk"];

describe("what is chosen", () => {
  test.each<[importance: Importance, risk: Risk, ways: readonly Way[], chosen: Way]>([
    // With every way open, a rebuilt output is nearly the real one; for what matters, the real one is tried for.
    ["low", "normal", ALL, "reconstruct"],
    ["normal", "normal", ALL, "reconstruct"],
    ["high", "normal", ALL, "retry"],
    ["critical", "normal", ALL, "retry"],
    ["normal", "low", ALL, "retry"],
    // One more attempt or what stands in.
    ["low", "normal", ["retry", "fallback"], "fallback"],
    ["normal", "normal", ["retry", "fallback"], "retry"],
    ["normal", "high", ["retry", "fallback"], "fallback"],
    // A gap, or the failure.
    ["low", "normal", ["skip"], "skip"],
    ["normal", "normal", ["skip"], "skip"],
    ["high", "normal", ["skip"], "fail"],
    ["critical", "normal", ["skip"], "fail"],
    ["low", "low", ["skip"], "skip"],
    ["normal", "low", ["skip"], "fail"],
    ["high", "high", ["skip"], "skip"],
    ["critical", "high", ["skip"], "fail"],
    // What stands in is better than a gap, and than a failure, but where little may be replaced of what is critical.
    ["low", "normal", ["fallback", "skip"], "fallback"],
    ["critical", "normal", ["fallback"], "fallback"],
    ["critical", "low", ["fallback"], "fail"],
    ["critical", "low", ["reconstruct"], "reconstruct"],
    ["high", "low", ["fallback", "skip"], "fallback"],
    ["normal", "normal", [], "fail"],
  ])("importance %s, risk %s, of %j: %s", (importance, risk, ways, chosen) => {
    expect(chooseWay(situation({ importance, risk, ways })).way).toBe(chosen);
  });

  test.each<[what: string, of: Parameters<typeof situation>[0], chosen: Way]>([
    ["the first failure of many", { attempts: 1, ways: ["retry", "fallback"] }, "retry"],
    ["the third failure", { attempts: 3, ways: ["retry", "fallback"] }, "fallback"],
    ["ten minutes spent", { spentMs: 600_000, ways: ["retry", "fallback"] }, "fallback"],
    ["plenty of time left", { leftMs: 1_000_000, ways: ["retry", "fallback"] }, "retry"],
    ["most of the time left needed", { leftMs: 3_000, ways: ["retry", "fallback"] }, "fallback"],
    ["not enough time left", { leftMs: 2_000, ways: ["retry"] }, "fail"],
    ["no time left, and a gap allowed", { leftMs: 0, importance: "low", ways: ["retry", "skip"] }, "skip"],
  ])("%s", (_what, of, chosen) => {
    expect(chooseWay(situation(of)).way).toBe(chosen);
  });

  test("a choice says from what it was made and what each way was worth, the best first", () => {
    expect(
      chooseWay(situation({ ways: ["retry", "skip"], attempts: 3, spentMs: 900, leftMs: 10_000 })),
    ).toEqual({
      way: "skip",
      why: "a gap, of normal importance; normal risk (0.4, before retry with 0.37)",
      importance: "normal",
      risk: "normal",
      attempts: 3,
      spentMs: 900,
      leftMs: 10_000,
      weighed: [
        { way: "skip", score: 0.4, why: "a gap, of normal importance; normal risk" },
        { way: "retry", score: 0.37, why: "one more after 3, 900 ms spent, takes 13 % of the time left" },
        { way: "fail", score: 0.25, why: "the run fails, for a node of normal importance; normal risk" },
      ],
    });
  });
});

const situations: fc.Arbitrary<Situation> = fc.record({
  importance: fc.constantFrom<Importance>("critical", "high", "normal", "low"),
  risk: fc.constantFrom<Risk>("low", "normal", "high"),
  ways: fc.subarray([...ALL]).map((ways) => new Set(ways)),
  attempts: fc.integer({ min: 1, max: 101 }),
  spentMs: fc.nat(10_000_000),
  waitMs: fc.nat(1_000_000),
  leftMs: fc.option(fc.nat(10_000_000), { nil: undefined }),
});

describe("any choice", () => {
  property.prop([situations])("is one of the ways there are, and the best of them", (given) => {
    const { way, weighed } = chooseWay(given);

    expect(way === "fail" || given.ways.has(way)).toBe(true);
    expect(new Set(weighed.map((one) => one.way))).toEqual(new Set([...given.ways, "fail"]));
    const scores = weighed.map(({ score }) => score ?? -1);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(weighed[0]!.way).toBe(way);
    expect(scores[0]).toBeGreaterThanOrEqual(-0.05);
  });

  property.prop([situations])(
    "never leaves out what is critical, nor tries what would take too long",
    (given) => {
      const { way } = chooseWay(given);

      if (given.importance === "critical") expect(way).not.toBe("skip");
      if (given.leftMs !== undefined && given.waitMs + given.spentMs / given.attempts > given.leftMs + 1)
        expect(way).not.toBe("retry");
    },
  );

  property.prop([situations])(
    "with more risk fails no sooner, and with less leaves out no sooner",
    (given) => {
      const at = (risk: Risk) => chooseWay({ ...given, risk }).way;

      if (at("normal") !== "fail") expect(at("high")).not.toBe("fail");
      if (at("normal") !== "skip") expect(at("low")).not.toBe("skip");
    },
  );
});
