import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { RateLimit, type Rates } from "../../src/players/models/rate-limit.ts";

const NEVER = new AbortController().signal;

/** What follows from what has happened has happened. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Time that passes when it is told to. */
function standingClock() {
  let now = 1_000_000;
  const timers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    after(delayMs: number, wake: () => void) {
      const timer = { at: now + delayMs, wake };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    async pass(ms: number) {
      await settled();
      const until = now + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        now = next.at;
        timers.splice(timers.indexOf(next), 1);
        next.wake();
        await settled();
      }
      now = until;
    },
  };
}

describe("a provider's rate", () => {
  test.prop([
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 100 }),
    fc.array(fc.record({ afterMs: fc.nat(40_000), tokens: fc.nat(150), used: fc.nat(150) }), {
      minLength: 1,
      maxLength: 30,
    }),
  ])(
    "holds in any 60 seconds, in the order of the calls, and lets every call begin",
    async (requestsPerMinute, tokensPerMinute, calls) => {
      const clock = standingClock();
      const limit = new RateLimit({ requestsPerMinute, tokensPerMinute }, clock);
      const begun: { at: number; tokens: number; nth: number }[] = [];

      for (const [nth, { afterMs, tokens }] of calls.entries()) {
        await clock.pass(afterMs);
        void limit.enter(tokens, NEVER).then(() => begun.push({ at: clock.now(), tokens, nth }));
      }
      await clock.pass(61_000 * calls.length);

      expect(begun.map(({ nth }) => nth)).toEqual(calls.map((_, nth) => nth));
      for (const { at } of begun) {
        const within = begun.filter((one) => one.at > at - 60_000 && one.at <= at);
        expect(within.length).toBeLessThanOrEqual(requestsPerMinute);
        const tokens = within.reduce((sum, one) => sum + one.tokens, 0);
        if (within.length > 1) expect(tokens).toBeLessThanOrEqual(tokensPerMinute);
      }
    },
  );

  test("counts the tokens that a call took, once they are known", async () => {
    const clock = standingClock();
    const limit = new RateLimit({ tokensPerMinute: 100 }, clock);
    const first = await limit.enter(90, NEVER);
    const second = limit.enter(50, NEVER);

    expect(limit.waiting).toBe(1);
    first.settle(10);

    expect(limit.waiting).toBe(0);
    await second;
  });

  test("lets the next ones begin when one that waits gives up", async () => {
    const clock = standingClock();
    const limit = new RateLimit({ tokensPerMinute: 100 }, clock);
    const given = new AbortController();
    await limit.enter(60, NEVER);
    const large = limit.enter(90, given.signal);
    const small = limit.enter(30, NEVER);

    given.abort(new Error("stopped"));

    await expect(large).rejects.toThrow("stopped");
    await small;
    expect(limit.waiting).toBe(0);
  });

  test("is no limit where none is given", async () => {
    const limit = new RateLimit({} satisfies Rates, standingClock());

    for (let i = 0; i < 1_000; i++) await limit.enter(1_000_000, NEVER);

    expect(limit.waiting).toBe(0);
  });
});
