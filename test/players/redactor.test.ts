import { fc, test as propertyTest } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { Redactor } from "../../src/players/redactor.ts";

const redactorOf = (value: string, name = "KEY") => new Redactor(new Map([[name, value]]));
const secret = fc
  .string({ unit: "grapheme", minLength: 8, maxLength: 60 })
  .filter((value) => value.isWellFormed());

describe("a secret", () => {
  const forms: Readonly<Record<string, (value: string) => string>> = {
    "as it is": (value) => value,
    "in JSON": (value) => JSON.stringify(value).slice(1, -1),
    "in a url": encodeURIComponent,
    "in a url, in lower case": (value) =>
      encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
    "in a form": (value) => new URLSearchParams([["", value]]).toString().slice(1),
    "in HTML": (value) =>
      value
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;"),
    "in hexadecimal": (value) => Buffer.from(value).toString("hex"),
  };

  for (const [title, form] of Object.entries(forms))
    propertyTest.prop([secret, fc.string(), fc.string()])(`${title} is taken out`, (value, before, after) => {
      const text = redactorOf(value).text(`${before} ${form(value)} ${after}`);

      expect(text).toContain("[secret:KEY]");
      expect(text.replaceAll("[secret:KEY]", "")).not.toContain(form(value));
    });

  propertyTest.prop([secret, fc.uint8Array({ maxLength: 7 }), fc.uint8Array({ maxLength: 7 })])(
    "in base64 is taken out, whatever stands around it",
    (value, before, after) => {
      const bytes = Buffer.concat([before, Buffer.from(value), after]);
      const redactor = redactorOf(value);

      for (const encoding of ["base64", "base64url"] as const) {
        const text = redactor.text(bytes.toString(encoding));
        expect(text).toContain("[secret:KEY]");
        // At most the bytes around it are left: of it there is nothing to be read back.
        expect(text.length).toBeLessThanOrEqual("[secret:KEY]".length + 24);
      }
    },
  );

  test("that begins like another is not mistaken for it", () => {
    const redactor = new Redactor(
      new Map([
        ["SHORT", "abcdefgh"],
        ["LONG", "abcdefgh-ijkl"],
      ]),
    );

    expect(redactor.text("abcdefgh-ijkl abcdefgh")).toBe("[secret:LONG] [secret:SHORT]");
  });

  test("is taken out of a value's keys, texts and numbers, and the rest stays", () => {
    const redactor = new Redactor(
      new Map([
        ["A", "12345678"],
        ["B", "key-of-b!"],
      ]),
    );
    const value = { n: 12345678, m: 5, "key-of-b!": [true, null, "x key-of-b!"], u: undefined };

    expect(redactor.value(value)).toEqual({
      n: "[secret:A]",
      m: 5,
      "[secret:B]": [true, null, "x [secret:B]"],
      u: undefined,
    });
  });

  test("that is whole where a text was cut is taken out as a whole, though it ends as it begins", () => {
    const redactor = redactorOf("abcdefghab");

    expect(redactor.cutText("x abcdefghab", "end")).toBe("x [secret:KEY]");
    expect(redactor.cutText("abcdefghab x", "start")).toBe("[secret:KEY] x");
    expect(redactor.cutText("abcdefghab x", "end")).toBe("[secret:KEY] x");
  });

  test("that is empty takes nothing out", () => {
    expect(redactorOf("").text("abc")).toBe("abc");
    expect(new Redactor(new Map()).value({ a: ["b"] })).toEqual({ a: ["b"] });
  });

  propertyTest.prop([secret, fc.nat(), fc.string()])(
    "that is cut in two is taken out, at either end",
    (value, at, around) => {
      const cut = 1 + (at % (value.length - 1));
      const redactor = redactorOf(value);

      const start = redactor.cutText(`${around}\n${value.slice(0, cut)}`, "end");
      const end = redactor.cutText(`${value.slice(-cut)}\n${around}`, "start");

      expect(start.length).toBeLessThanOrEqual(redactor.text(`${around}\n`).length);
      expect(end.length).toBeLessThanOrEqual(redactor.text(`\n${around}`).length);
    },
  );
});
