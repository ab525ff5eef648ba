import { describe, expect, test } from "vitest";
import { reword } from "../../../src/compile/types/reword.ts";
import { describeType } from "../../../src/compile/types/type-text.ts";

describe("a type is said in words", () => {
  test.each([
    ["string", "a string"],
    ["string | undefined", "a string"],
    ['"bug" | "other" | "refund"', '"bug", "other" or "refund"'],
    ['"a | b" | "c"', '"a | b" or "c"'],
    ['"a" | "b" | "c" | "d" | "e" | "f" | "g" | "h"', '"a", "b", "c", "d", "e", "f" or one of 2 more'],
    ["true | false", "a boolean"],
    ["string[]", "a list of strings"],
    ["readonly { a: string; b: number; }[]", "a list"],
    ["{ name: string; }", "an object"],
    ["{ run: () => void; } | string", "an object or a string"],
    ["Ref<number>", "a reference to a number"],
    ["Out<{ leads: Out<{ name: string; }>[]; }>", "a reference to an object"],
    ["Ref<{ a: string; }> & { readonly a: Ref<string>; }", "a reference to an object"],
    ["Ref<string | undefined>", "a reference to a string that may be missing"],
    ["Ref<unknown>", "a reference"],
    ["Bind<string | undefined>", "a string"],
    ["Input<{ n?: number; }, { n: number; }>", "a reference to an object"],
    ["Node<{ f: () => void; }>", "a node"],
    ["AnyNode | Ref<unknown>", "a node or a reference"],
    ["Ref<string> | Ref<number>", "a reference to a string or a reference to a number"],
    ["Map<string, number>", "`Map<string, number>`"],
    [`{ ${"a: string; ".repeat(40)}}`, "an object"],
    [`Longer<${"string, ".repeat(40)}string>`, "a value of another type"],
    ["", "nothing"],
  ])("%s: %s", (type, words) => {
    expect(describeType(type)).toBe(words);
  });
});

const misfit = (given: string, wanted: string, chain: readonly string[] = []) => ({
  code: 2322,
  text: `Type '${given}' is not assignable to type '${wanted}'.`,
  chain,
});

describe("what TypeScript says of references is said in the words of a score", () => {
  test("a value of another type, at a key and elsewhere", () => {
    const problem = misfit("Ref<number>", "Bind<string>");

    expect(reword(problem, "profile")?.text).toBe(
      '"profile" takes a string, and this is a reference to a number.',
    );
    expect(reword(problem, undefined)?.text).toBe(
      "This has to be a string, and it is a reference to a number.",
    );
  });

  test("an object that differs only in a field of a field", () => {
    const problem = misfit("Ref<{ a: { b: number; }; }>", "Bind<{ a: { b: string; }; }>", [
      "  Types of property '[VALUE]' are incompatible.",
      "    Types of property 'a' are incompatible.",
      "      Types of property 'b' are incompatible.",
      "        Type 'number' is not assignable to type 'string'.",
    ]);

    expect(reword(problem, "lead")?.text).toBe('Its "a.b" has to be a string, and it is a number.');
  });

  test("several fields that are not given", () => {
    const text =
      "Type '{}' is missing the following properties from type '{ readonly a: Bind<string>; readonly b: Bind<number>; }': a, b";

    expect(reword({ code: 2739, text, chain: [] }, "input")?.text).toBe('"input" lacks "a" and "b".');
  });

  test("a method of the value, which is not there yet", () => {
    const text = "Property 'toUpperCase' does not exist on type 'Ref<string>'.";

    expect(reword({ code: 2339, text, chain: [] }, undefined)).toEqual({
      text: 'A reference to a string has no "toUpperCase": what it stands for is there only while the score runs.',
      hint: "compute with derive([…], (value) => …), or in a task",
    });
  });

  test("a node read as if it were its result", () => {
    const text = "Property 'leads' does not exist on type 'Node<{ leads: string[]; }>'.";

    expect(reword({ code: 2339, text, chain: [] }, undefined)?.hint).toBe("write .output.leads");
  });

  test.each([2367, 2365, 2362])("an operator, TS%d", (code) => {
    const text = "Operator '+' cannot be applied to types 'Ref<number>' and '1'.";

    expect(reword({ code, text, chain: [] }, undefined)?.text).toContain("only while the score runs");
  });
});

test.each([
  misfit("number", "string"),
  misfit("Bound", "Reference<string>"),
  misfit("Ref<{ a: string; }>", "Bind<{ a: string; }>"),
  { code: 2304, text: "Cannot find name 'Ref'.", chain: [] },
])("what is about nothing of ours, or could be said no better, stays as it is: $text", (problem) => {
  expect(reword(problem, "key")).toBeUndefined();
});
