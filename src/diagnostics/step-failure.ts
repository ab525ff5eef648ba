import { nearest } from "../support/nearest.ts";
import { type Code, catalogue } from "./catalogue.ts";
import type { Entry } from "./entry.ts";

/** Codes of what goes wrong with one attempt of a step. */
export type StepFailureCode = Extract<Code, `MR3${string}` | "MR2049">;

function isOfSteps(code: string): code is StepFailureCode {
  return (code.startsWith("MR3") || code === "MR2049") && Object.hasOwn(catalogue, code);
}

const LOOKS_LIKE_CODE = /^M[A-Z]?-?\d/i;
/** As classes are named. */
const ERROR_NAME = /^[A-Z_$][\w$]*$/;

/** Can an attempt fail with `name`: is it a code of the catalogue, or may an error be called so? */
export function isFailureName(name: string): boolean {
  return LOOKS_LIKE_CODE.test(name) ? isOfSteps(name) : ERROR_NAME.test(name);
}

/** Is it the code of a failure that would be the same the next time? */
export function isFinalCode(code: string): boolean {
  return Object.hasOwn(catalogue, code) && (catalogue[code as Code] as Entry<never>).isFinal === true;
}

/** The failure that was probably meant by a word that is none: a code, also by what it is called. */
export function nearestFailure(word: string): string | undefined {
  const codes = Object.keys(catalogue).filter(isOfSteps);
  if (LOOKS_LIKE_CODE.test(word)) return nearest(word, codes);
  const called = nearest(
    word,
    codes.map((code) => catalogue[code].name),
  );
  return codes.find((code) => catalogue[code].name === called);
}
