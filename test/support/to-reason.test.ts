import { expect, test } from "vitest";
import { catalogue } from "../../src/diagnostics/catalogue.ts";
import { MaestroError } from "../../src/diagnostics/index.ts";
import { toReason } from "../../src/support/to-reason.ts";

test("a reason is the first line of what was thrown", () => {
  expect(toReason(new Error("no such person\nat the door"))).toBe("no such person");
  expect(toReason("gone\r\nfor good")).toBe("gone");
  expect(toReason(new TypeError(""))).toBe("TypeError");
});

test("a reason that ends with a colon goes on with what comes after it, in the same line", () => {
  const missing = [
    { secret: "token", from: "env.TOKEN", reason: "it is not set" },
    { secret: "key", from: "env.KEY", reason: "it is empty" },
  ];

  expect(toReason(new MaestroError("MR2067", { orchestra: "osec", missing }))).toBe(
    'Orchestra "osec" cannot play, because secrets are missing: token from env.TOKEN: it is not set; key from env.KEY: it is empty',
  );
  expect(toReason(new Error("nothing follows:\n"))).toBe("nothing follows:");
});

test("no message of the catalogue that has several lines loses one of them", () => {
  const problems = [{ path: "input.text", detail: "wrong", secret: "token", from: "env", reason: "unset" }];
  const facts = new Proxy({}, { get: () => Object.assign(["item"], problems) });
  const several = Object.values(catalogue).flatMap(({ message }) => {
    try {
      const said = (message as (facts: unknown) => string)(facts);
      return said.includes("\n") ? [said] : [];
    } catch {
      // It is made from other facts, in one line.
      return [];
    }
  });

  expect(several.length).toBeGreaterThanOrEqual(5);
  for (const said of several)
    for (const line of said.split("\n")) expect(toReason(new Error(said))).toContain(line.trim());
});

test("what cannot be shown is a reason all the same", () => {
  const thrown = {
    toString() {
      throw new Error("no");
    },
  };

  expect(toReason(thrown)).toBe("something that cannot be shown was thrown");
});
