import { MaestroError } from "../diagnostics/index.ts";
import type { Conversion } from "../plan/index.ts";
import { readFrontMatter } from "../support/read-front-matter.ts";
import { toReason } from "../support/to-reason.ts";
import { outputOf, recordNode } from "./record.ts";
import type { Out, Ref } from "./ref.ts";
import type { Schema } from "./schema.ts";

/*
 * Conversions between shapes that say the same. They are written down, never put in by themselves: a text that may also be
 * given where a list is wanted would take from TypeScript the error on the very property that is wrong.
 */

/**
 * Reads a text as JSON. What it says has to fit `schema`.
 * @example
 * const plan = asJson(answer.output.text, z.object({ steps: z.array(z.string()) }));
 */
export function asJson<T>(text: Ref<string>, schema: Schema<T>): Out<T> {
  return converted("json", asJson, { text, schema, compute: toJson }) as Out<T>;
}

/** The lines of a text, without their ends. A line end at the end of the text begins no further line. */
export function asLines(text: Ref<string>): Out<string[]> {
  return converted("lines", asLines, { text, compute: toLines }) as Out<string[]>;
}

/** A value as text: a text as it is, a list of texts as lines, anything else as JSON. */
export function asText(value: Ref<unknown>): Out<string> {
  return converted("text", asText, { text: value, compute: toText }) as Out<string>;
}

/**
 * Reads the fields above a Markdown text, which have to fit `schema`, and the text below them.
 * @example
 * const post = frontMatter(file.output.text, z.object({ title: z.string(), tags: z.array(z.string()).default([]) }));
 */
export function frontMatter<T>(text: Ref<string>, schema: Schema<T>): Out<{ data: T; body: string }> {
  const compute = (value: unknown) => {
    const read = readFrontMatter(asString(value));
    if ("problem" in read) throw new MaestroError("MR3054", { to: "front matter", detail: read.problem });
    return { data: read.fields, body: read.body };
  };
  return converted("frontMatter", frontMatter, { text, schema, compute }) as Out<{ data: T; body: string }>;
}

interface Converting {
  readonly text: Ref<unknown>;
  readonly schema?: unknown;
  readonly compute: (value: unknown) => unknown;
}

function converted(
  convert: Conversion,
  below: (...args: never[]) => unknown,
  { text, ...options }: Converting,
): unknown {
  return outputOf(recordNode("derive", below, { options: { convert, ...options }, parts: [text] }));
}

function toJson(value: unknown): unknown {
  try {
    return JSON.parse(asString(value));
  } catch (error) {
    throw error instanceof MaestroError
      ? error
      : new MaestroError("MR3054", { to: "JSON", detail: toReason(error) });
  }
}

function toLines(value: unknown): string[] {
  const text = asString(value);
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}

function toText(value: unknown): string {
  if (typeof value === "string") return value;
  const isLines = Array.isArray(value) && value.every((line) => typeof line === "string");
  return isLines ? value.join("\n") : (JSON.stringify(value) ?? "");
}

/** What came where TypeScript was kept from looking. */
function asString(value: unknown): string {
  if (typeof value === "string") return value;
  const detail = `it is ${value === null ? "null" : Array.isArray(value) ? "a list" : `of type ${typeof value}`}, not text`;
  throw new MaestroError("MR3054", { to: "text", detail });
}
