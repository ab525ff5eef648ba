import { createHash } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { toHash } from "../../src/plan/hash.ts";
import { sha256 } from "../../src/support/sha256.ts";

const expected = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

test("every length around the end of a block has the hash that crypto gives", () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7 + length);

    expect(sha256(bytes)).toBe(expected(bytes));
  }
});

test.prop([fc.uint8Array({ maxLength: 1_000 })])("any bytes have the hash that crypto gives", (bytes) => {
  expect(sha256(bytes)).toBe(expected(bytes));
});

test.prop([fc.string({ unit: "grapheme", maxLength: 50 }), fc.constantFrom(1, 100)])(
  "so has any text, short or long",
  (text, times) => {
    expect(toHash(text.repeat(times))).toBe(expected(text.repeat(times)));
  },
);
