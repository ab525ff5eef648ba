import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/diagnostics/catalogue.ts";
import type { Entry } from "../../src/diagnostics/entry.ts";

const entries = Object.entries(catalogue) as unknown as [string, Entry<unknown>][];

/** A name as it stands in lists of facts: a text with the fields that lists of problems have. */
const item = Object.assign(new String("item"), { path: "input.text", detail: "wrong", type: "a number" });

/**
 * What `entry` says about facts that nobody wrote: every fact is the text `fact`, or every fact is a list, whichever
 * its texts can be made from.
 */
function say({ message, hint }: Entry<unknown>): { message: string; hint: string | undefined } {
  const problems: unknown[] = [];
  for (const fact of ["fact", [item, item]]) {
    const facts = new Proxy({}, { get: () => fact });
    try {
      return { message: message(facts), hint: hint?.(facts) };
    } catch (error) {
      problems.push(error);
    }
  }
  throw new AggregateError(
    problems,
    "texts can be made neither from strings nor from lists: teach `say` its facts",
  );
}

describe("the catalogue", () => {
  test("gives each code a name of its own, in kebab case", () => {
    const names = entries.map(([, { name }]) => name);

    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });
});

describe.each(entries)("%s", (code, entry) => {
  test("has a code of the two families, and says why it matters", () => {
    expect(code).toMatch(/^M[SR]\d{4}$/);
    expect(entry.why.trim()).not.toBe("");
  });

  test("has a message and a hint that do not end with two full stops", () => {
    const { message, hint } = say(entry);

    expect(message.trim()).not.toBe("");
    for (const text of [message, hint ?? ""]) {
      expect(text).not.toMatch(/\.\.$/);
      expect(text).not.toContain("[object");
    }
  });
});
