import { namesSomebody } from "../operations/names-somebody.ts";
import type { Io } from "./io.ts";
import { UsageError } from "./usage-error.ts";

const LONGEST_WORDS = 4_000;

/**
 * Who does something, for the record: as they say, else as the system calls them.
 * @throws UsageError when what they say names nobody
 */
export function whoIs({ env }: Io, said: string | undefined): string {
  if (said !== undefined && !namesSomebody(said))
    throw new UsageError("--by says who does it: one line of 1 to 200 characters.", "--by ada");
  return said ?? [env.USER, env.USERNAME].find(namesSomebody) ?? "unknown";
}

/**
 * Why somebody does something, for the record; `undefined` where they do not say it.
 * @throws UsageError when it says nothing, or more than anybody reads
 */
export function whyIs(option: "--why" | "--reason", said: string | undefined): string | undefined {
  if (said === undefined || (said.trim() !== "" && said.length <= LONGEST_WORDS)) return said;
  throw new UsageError(
    `${option} says why, in 1 to ${LONGEST_WORDS} characters.`,
    `${option} "the numbers look wrong"`,
  );
}
