import { namesSomebody } from "./names-somebody.ts";

/** Before anything is done: what the store cannot take would end it for every run. */
export function checkWho(by: unknown): void {
  if (by !== undefined && !namesSomebody(by))
    throw new TypeError('by says who does it: one line of 1 to 200 characters, such as by: "ada"');
}

/**
 * What somebody asks a program for, which says who that is.
 * @param example how it is said
 * @throws TypeError when nobody is named, which only TypeScript refuses before
 */
export function saidBy<T extends { readonly by: string }>(asked: T, example: string): T {
  if ((asked as T | null | undefined)?.by === undefined)
    throw new TypeError(`who does it has to be said: ${example}`);
  return asked;
}
