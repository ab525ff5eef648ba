import { describe, expect, test, vi } from "vitest";
import { newId } from "../../src/support/ids.ts";

describe("an id", () => {
  test("is its prefix and a UUID of version 7, which tells when it was made", () => {
    const before = Date.now();
    const id = newId("run");

    expect(id).toMatch(/^run_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(Number.parseInt(id.slice(4, 16), 16)).toBeGreaterThanOrEqual(before);
    expect(Number.parseInt(id.slice(4, 16), 16)).toBeLessThanOrEqual(Date.now() + 1);
  });

  test("comes after those made before, also within a millisecond and when the clock goes back", () => {
    const now = vi.spyOn(Date, "now");
    now.mockReturnValue(Date.UTC(2040, 0, 1));
    const ids = Array.from({ length: 20_000 }, () => newId("run"));
    now.mockReturnValue(Date.UTC(2039, 0, 1));
    ids.push(newId("run"));
    now.mockRestore();

    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(20_001);
  });

  test("shares its last 62 bits with no other", () => {
    const ends = new Set(Array.from({ length: 50_000 }, () => newId("run").slice(-15)));

    expect(ends.size).toBe(50_000);
  });
});
