import { fc, test as propertyTest } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { Redactor } from "../../src/players/redactor.ts";

const redactorOf = (value: string, name = "KEY") => new Redactor(new Map([[name, value]]));
const escapedAs = (character: string, digits: (hex: string) => string) =>
  Array.from({ length: character.length }, (_, at) => character.charCodeAt(at).toString(16).padStart(4, "0"))
    .map((hex) => `\\u${digits(hex)}`)
    .join("");
const lower = (hex: string) => hex;
const upper = (hex: string) => hex.toUpperCase();
const inJson = (value: string, also: RegExp, digits: (hex: string) => string) =>
  JSON.stringify(value)
    .slice(1, -1)
    .replace(also, (character) => escapedAs(character, digits));
const NOT_ASCII = /[\u007f-\u{10ffff}]/gu;
/** As a program folds what would be one long line. */
const folded = (text: string, width: number, end = "\n") =>
  text.match(new RegExp(`.{1,${width}}`, "g"))!.join(end);
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
    "in hexadecimal, in upper case": (value) => upper(Buffer.from(value).toString("hex")),
    "in the JSON of Python": (value) => inJson(value, NOT_ASCII, lower),
    "in the JSON of Go": (value) => inJson(value, /[&<>\u2028\u2029]/g, lower),
    "in the JSON of PHP for pages": (value) =>
      inJson(value.replaceAll('"', "'"), /[&<>'\u007f-\uffff]/g, upper).replaceAll("/", "\\/"),
    "in JSON of JSON, all of it ASCII": (value) => inJson(inJson(value, NOT_ASCII, lower), NOT_ASCII, lower),
    "in a url, as Python quotes it": (value) =>
      encodeURIComponent(value).replace(
        /[!'()*]/g,
        (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    "in a url, with every sign escaped": (value) =>
      encodeURIComponent(value).replace(/[!'()*~]/g, (one) => `%${one.charCodeAt(0).toString(16)}`),
    "in a form, with blanks as signs": (value) => encodeURIComponent(value).replaceAll("%20", "+"),
    "in HTML, by numbers": (value) =>
      value.replace(/[&<>"'\u007f-\u{10ffff}]/gu, (one) => `&#${one.codePointAt(0)};`),
  };

  for (const [title, form] of Object.entries(forms))
    propertyTest.prop([secret, fc.string(), fc.string()])(`${title} is taken out`, (any, before, after) => {
      // The one of PHP has no double quotes: they would be escaped in yet another way.
      const value = title.includes("PHP") ? any.replaceAll('"', "'") : any;
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

  const long =
    "Grüße an <alle> & 's\\/chön~!*() von \u{1f511}: sk-proj-aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD3fG6hJ9".repeat(
      2,
    );

  for (const [width, end] of [
    [76, "\n"],
    [64, "\r\n"],
    [76, "\r\n  "],
    [64, "\\n"],
    [20, "\\r\\n"],
  ] as const)
    test(`in base64 of lines of ${width} that end with ${JSON.stringify(end)} is taken out`, () => {
      for (const encoding of ["base64", "base64url"] as const)
        for (const before of ["", "a", "ab", "some more text before it"]) {
          const redactor = redactorOf(long);
          const text = Buffer.from(`${before}${long}, and so on`).toString(encoding);

          const clean = redactor.text(folded(text, width, end));

          expect(clean).toContain("[secret:KEY]");
          expect(clean.length).toBeLessThan("[secret:KEY]".length + 70);
        }
    });

  const bytes = Buffer.from(long).toString("hex");
  const dumps: Readonly<Record<string, string>> = {
    "of xxd -p": folded(bytes, 60),
    "of xxd -p, in a line of JSON": folded(bytes, 60, "\\n"),
    "of od -An -tx1": folded(bytes.replace(/../g, " $&"), 48),
    "of od -tx1": folded(bytes.replace(/../g, " $&"), 48)
      .split("\n")
      .map((line, at) => (16 * at).toString(8).padStart(7, "0") + line)
      .join("\n"),
    "with colons": upper(bytes.match(/../g)!.join(":")),
    "with blanks": bytes.match(/../g)!.join(" "),
    "in two cases": bytes.replace(/../g, (byte, at: number) => (at % 4 === 0 ? upper(byte) : byte)),
  };
  for (const [title, dump] of Object.entries(dumps))
    test(`in hexadecimal ${title} is taken out, also where it was cut`, () => {
      const redactor = redactorOf(long);

      expect(redactor.text(`x ${dump} y`)).toMatch(/^x (?:0{7} )? ?\[secret:KEY\] y$/);
      for (const at of [1, 7, 100, 161, Math.floor(dump.length / 2), dump.length - 1]) {
        expect(redactor.cutText(`x ${dump.slice(0, at)}`, "end").length).toBeLessThanOrEqual(11);
        const rest = dump.slice(-at).replace(/^[^ :\n]*[ :\n]+/, "");
        if (dump.length > at) expect(redactor.cutText(`${rest} y`, "start").length).toBeLessThanOrEqual(14);
      }
    });

  test("that is short is no secret where its bytes stand apart", () => {
    expect(redactorOf("123").text("31 32 33 34, 31:32:33")).toBe("31 32 33 34, 31:32:33");
    expect(redactorOf("123").text("313233")).toBe("[secret:KEY]");
  });

  test("is looked for in time that grows with the text alone, however much of it looks like one", () => {
    const redactor = redactorOf(`${"a".repeat(30)}\\é\\é\\é\\é\\é${"b&".repeat(40)}`);
    const alike = [
      "a",
      "61 ",
      "61\n",
      "YWFh",
      "YWFh\n",
      "\\\\",
      "\\u00e9",
      " ",
      "\n",
      "\\n",
      "aaaa\\\\u00e9",
    ];
    const began = performance.now();

    for (const one of alike) {
      const text = one.repeat(200_000 / one.length);
      expect(redactor.text(text)).toBe(text);
    }

    // Seconds more than it takes anywhere: what goes back and forth would take minutes.
    expect(performance.now() - began).toBeLessThan(10_000);
  });

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
