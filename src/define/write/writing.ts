import type { Body, Condition } from "../../plan/index.ts";
import { toMs } from "../../support/duration.ts";
import { isSchema, toCheck, toJsonSchema, toPathText, wayToProblem } from "../check.ts";
import { describe } from "../describe.ts";
import type { NodeRecord } from "../record.ts";
import type { Place, Reading } from "../to-expr.ts";
import type { CodeBook } from "./code-book.ts";

/** What writing a node needs besides reading references. */
export interface Writing extends Reading {
  readonly book: CodeBook;
  writeMapBody(record: NodeRecord, name: string): Body;
  writeLoopBody(record: NodeRecord, name: string): { readonly body: Body; readonly until: Condition };
  /** The nodes listed in the scope that is being written. */
  listedNames(): readonly string[];
}

/** The place of one option, by the way to it. */
export type At = (...path: (string | number)[]) => Place;

/** Where findings go. */
type Reporting = Pick<Reading, "report">;

/** Reports an option whose value could never work. */
export function invalid(what: string, found: string, reason: string, place: Place, writing: Reporting): void {
  writing.report({
    code: "MS3001",
    facts: { what: `\`${what}\` of ${place.reader}`, found, reason },
    sites: place.sites,
    path: place.path,
  });
}

/** A value as a message shows it: strings in quotes, numbers as they are, the rest in a word. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "number" ? String(value) : describe(value);
}

/** The duration in ms; 1, and a finding, when it is none. */
export function duration(text: unknown, what: string, place: Place, writing: Reporting): number {
  const ms = typeof text === "string" ? toMs(text) : undefined;
  if (ms === undefined)
    invalid(
      what,
      shown(text),
      'it has to be a number and ms, s, m, h or d, such as "30s", and at most 365d',
      place,
      writing,
    );
  return ms ?? 1;
}

/** A whole number from 1 to `most`; 1, and a finding, when it is none. */
export function wholeNumber(value: unknown, what: string, most: number, at: At, writing: Reporting): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return value as number;
  const reason = `it has to be a whole number from 1 to ${most.toLocaleString("en")}`;
  invalid(what, shown(value), reason, at(...what.split(".")), writing);
  return 1;
}

/** One of `known`, or `undefined`; a finding when it is neither absent nor one of them. */
export function oneOfWords<const W extends string>(
  value: unknown,
  what: string,
  known: readonly W[],
  at: At,
  writing: Reading,
): W | undefined {
  if (value === undefined || known.includes(value as W)) return value as W | undefined;
  const words = known.map((word) => JSON.stringify(word));
  const last = words.pop();
  invalid(what, shown(value), `it is ${words.join(", ")} or ${last}`, at(...what.split(".")), writing);
  return undefined;
}

/** A schema as the plan and the engine need it. Both are absent, with a finding, when it is none. */
export function schemaOf(
  schema: unknown,
  side: "input" | "output",
  { option, where, place }: { readonly option: string; readonly where: string; readonly place: Place },
  writing: Reporting,
) {
  if (!isSchema(schema)) {
    invalid(option, describe(schema), "it has to be a schema", place, writing);
    return {};
  }
  const written = toJsonSchema(schema, side);
  if ("problem" in written) {
    const way = wayToProblem(schema, side);
    writing.report({
      code: "MS2109",
      facts: {
        where: way.length > 0 ? `\`${toPathText(way)}\` in ${where}` : where,
        detail: written.problem,
      },
      sites: place.sites,
      path: [...place.path, ...way],
    });
    return { check: toCheck(schema) };
  }
  return { json: written.schema, check: toCheck(schema) };
}
