import type { JsonSchema } from "../../plan/index.ts";
import type { Draw } from "./draw.ts";
import { samplePattern } from "./sample-pattern.ts";

const WORDS = ["amber", "birch", "cedar", "delta", "ember", "flint", "grove", "heron"];
const HEX = "0123456789abcdef";

type Make = (draw: Draw) => string;

const digits = (draw: Draw, count: number) => Array.from({ length: count }, () => draw(10)).join("");
const hex = (draw: Draw, count: number) => Array.from({ length: count }, () => HEX[draw(16)]).join("");
const word: Make = (draw) => WORDS[draw(WORDS.length)]!;
const two = (value: number) => String(value).padStart(2, "0");
const date: Make = (draw) => `2026-${two(1 + draw(12))}-${two(1 + draw(28))}`;
const time: Make = (draw) => `${two(draw(24))}:${two(draw(60))}:${two(draw(60))}`;
const uuid: Make = (draw) =>
  `${hex(draw, 8)}-${hex(draw, 4)}-4${hex(draw, 3)}-8${hex(draw, 3)}-${hex(draw, 12)}`;
const url: Make = (draw) => `https://example.com/${word(draw)}`;

/** By the names that JSON Schema and its libraries have for them. Every address is one that nobody owns. */
const FORMATS: Readonly<Record<string, Make>> = {
  date,
  time,
  "date-time": (draw) => `${date(draw)}T${time(draw)}Z`,
  duration: (draw) => `PT${1 + draw(59)}M`,
  email: (draw) => `${word(draw)}@example.com`,
  "idn-email": (draw) => `${word(draw)}@example.com`,
  uri: url,
  url,
  iri: url,
  "uri-reference": (draw) => `/${word(draw)}`,
  hostname: (draw) => `${word(draw)}.example.com`,
  "idn-hostname": (draw) => `${word(draw)}.example.com`,
  ipv4: (draw) => `192.0.2.${draw(256)}`,
  ipv6: (draw) => `2001:db8::${hex(draw, 3)}1`,
  cidrv4: () => "192.0.2.0/24",
  cidrv6: () => "2001:db8::/32",
  uuid,
  guid: uuid,
  ulid: (draw) => `01J${digits(draw, 23)}`,
  nanoid: (draw) => hex(draw, 21),
  cuid: (draw) => `c${hex(draw, 24)}`,
  cuid2: (draw) => `c${hex(draw, 23)}`,
  ksuid: (draw) => digits(draw, 27),
  xid: (draw) => digits(draw, 20),
  e164: (draw) => `+1555${digits(draw, 7)}`,
  base64: (draw) => Buffer.from(word(draw)).toString("base64"),
  base64url: (draw) => Buffer.from(word(draw)).toString("base64url"),
  "json-string": () => "{}",
  "json-pointer": (draw) => `/${word(draw)}`,
  regex: () => "^a+$",
};

/** Draws before a pattern is given up: where it looks around, one draw may fit and another not. */
const TRIES = 40;

/** A text of this schema, or `undefined` when none is found. `name`: what holds it. */
export function sampleText(schema: JsonSchema, draw: Draw, name: string): string | undefined {
  const { format, pattern } = schema;
  const make = typeof format === "string" && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  const known = make?.(draw);
  if (known !== undefined && fits(known, schema)) return known;
  if (typeof pattern === "string") {
    for (let i = 0; i < TRIES; i++) {
      const text = samplePattern(pattern, draw);
      if (text !== undefined && fits(text, schema)) return text;
    }
  }
  const text = inLength(`${name} ${word(draw)}`.trim(), schema, draw);
  return fits(text, schema) ? text : undefined;
}

function inLength(text: string, { minLength, maxLength }: JsonSchema, draw: Draw): string {
  const least = typeof minLength === "number" ? minLength : 0;
  const most = typeof maxLength === "number" ? maxLength : Number.POSITIVE_INFINITY;
  let long = text;
  while (long.length < least) long += ` ${word(draw)}`;
  return long.length <= most ? long : long.slice(0, Math.max(least, most)).replace(/\s$/, "x");
}

function fits(text: string, { pattern, minLength, maxLength }: JsonSchema): boolean {
  const { length } = [...text];
  if (typeof minLength === "number" && length < minLength) return false;
  if (typeof maxLength === "number" && length > maxLength) return false;
  return typeof pattern !== "string" || toPattern(pattern).test(text);
}

function toPattern(source: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch {
    return new RegExp(source);
  }
}
