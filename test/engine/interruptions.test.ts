import { describe, expect, test } from "vitest";
import { z } from "zod";
import { apply, init, nextMove, outcome } from "../../src/engine/core/core.ts";
import type { PastAttempt, StepError } from "../../src/engine/core/state.ts";
import { defineScore, derive, task } from "../../src/index.ts";
import { compileScore } from "./pure-run.ts";

const SHARED: StepError = { message: "its process ended" };
const COUNTED: StepError = { ...SHARED, isCounted: true };

function begin(policy: object, past: readonly PastAttempt[] = []) {
  const one = task({ input: {}, output: z.number(), run: () => 1, ...policy });
  const twice = derive([one.output], (n) => n * 2);
  const { plan, graph } = compileScore(defineScore({ id: "s", nodes: { one }, output: twice }));
  return init(plan, graph, { id: "run_1", input: {}, past: new Map(past.length > 0 ? [["one", past]] : []) });
}

type State = ReturnType<typeof begin>;

/** Gives out what is next, and interrupts it. */
function interrupt(state: State, error: StepError, now = 1_000_000): number {
  const move = nextMove(state, now);
  if (move?.is !== "play") throw new Error(`nothing to play: ${JSON.stringify(outcome(state))}`);
  const { key, attempt } = move.step;
  apply(state, { is: "interrupted", key, attempt, error, at: now });
  return attempt;
}

describe("an attempt whose process has ended", () => {
  test("is played again, however often, while others may have been the reason", () => {
    const state = begin({});

    const attempts = Array.from({ length: 5 }, () => interrupt(state, SHARED));

    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    expect(outcome(state)).toBeUndefined();
  });

  test("has failed when it alone can have been the reason", () => {
    const state = begin({});

    interrupt(state, COUNTED);

    expect(outcome(state)).toMatchObject({ is: "failed", step: "one" });
  });

  test("goes through the retries of its node, in which only what counts is counted", () => {
    const state = begin({ retry: { attempts: 2, backoff: "1ms" } });

    interrupt(state, SHARED);
    interrupt(state, COUNTED);
    interrupt(state, SHARED, 2_000_000);
    interrupt(state, COUNTED, 3_000_000);

    expect(outcome(state)).toMatchObject({ is: "failed", step: "one" });
  });

  test("is asked about when it must not happen twice", () => {
    for (const error of [SHARED, COUNTED]) {
      const state = begin({ retry: "never" });

      interrupt(state, error);

      expect(nextMove(state, 1)).toBeUndefined();
      expect(outcome(state)).toEqual({ is: "asking", steps: ["one"] });
    }
  });

  test("has a late result that changes nothing", () => {
    const state = begin({});
    interrupt(state, SHARED);

    expect(apply(state, { is: "completed", key: "one", attempt: 1, value: 7 })).toBe(false);
  });
});

describe("after a restart", () => {
  const past = (attempt: number, error: StepError): PastAttempt => ({
    attempt,
    status: "interrupted",
    error,
    endedAt: 1_000,
  });

  test("an interruption that counted is still a failure, and one that did not is none", () => {
    const spent = begin({ retry: { attempts: 2, backoff: "1ms" } }, [past(1, COUNTED), past(2, COUNTED)]);
    const open = begin({ retry: { attempts: 2, backoff: "1ms" } }, [past(1, SHARED), past(2, COUNTED)]);

    expect(outcome(spent)).toMatchObject({ is: "failed", step: "one" });
    expect(interrupt(open, COUNTED, 2_000_000)).toBe(3);
    expect(outcome(open)).toMatchObject({ is: "failed", step: "one" });
  });
});
