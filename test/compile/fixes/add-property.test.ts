import { ts } from "ts-morph";
import { expect, test } from "vitest";
import { applySplices } from "../../../src/cli/fix/apply-edits.ts";
import { addProperty } from "../../../src/compile/fixes/add-property.ts";
import { Syntax } from "../../../src/compile/syntax.ts";

/** `object` with `timeout: "2m"` at its end. */
function withTimeout(object: string): string {
  const code = `task(work, ${object});`;
  const syntax = new Syntax(ts, ts.createSourceFile("a.ts", code, ts.ScriptTarget.Latest, true));
  const call = syntax.callAt({ file: "a.ts", line: 1, column: 1 }) as ts.CallExpression;
  const splices = addProperty(syntax, call.arguments[1] as ts.ObjectLiteralExpression, 'timeout: "2m"');
  return applySplices(code, splices).slice("task(work, ".length, -");".length);
}

test.each<[string, string, string]>([
  ["without properties", "{}", '{ timeout: "2m" }'],
  ["without properties, with a blank", "{ }", '{ timeout: "2m" }'],
  ["with a comment alone", "{ /* none */ }", '{ timeout: "2m", /* none */ }'],
  ["with a line comment alone", "{ // none\n}", '{ timeout: "2m", // none\n}'],
  ["in one line", "{ a, b: 1 }", '{ a, b: 1, timeout: "2m" }'],
  ["in one line, with a comma", "{ a, b: 1, }", '{ a, b: 1, timeout: "2m", }'],
  ["without spaces", "{a}", '{a, timeout: "2m"}'],
  ["in lines", "{\n  a,\n  b() {\n  }\n}", '{\n  a,\n  b() {\n  },\n  timeout: "2m"\n}'],
  ["in lines, with a comma", "{\n\ta,\n\tb,\n}", '{\n\ta,\n\tb,\n\ttimeout: "2m",\n}'],
  ["in lines that end with CRLF", "{\r\n  a,\r\n}", '{\r\n  a,\r\n  timeout: "2m",\r\n}'],
  [
    "in lines, with comments",
    "{\n  a, // one\n  // none\n}",
    '{\n  a, // one\n  timeout: "2m",\n  // none\n}',
  ],
  ["with a comma in the next line", "{\n    a\n  , b\n}", '{\n    a\n  , b, timeout: "2m"\n}'],
  ["with a spread at its end", "{ ...a }", '{ ...a, timeout: "2m" }'],
  ["with a comment behind the last", "{ a // one\n}", '{ a, timeout: "2m" // one\n}'],
])("a property is put at the end of an object %s", (_what, before, after) => {
  expect(withTimeout(before)).toBe(after);
});
