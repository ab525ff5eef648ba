import { isDeeperThan } from "../../support/is-deeper-than.ts";

/** Deeper than any real answer. Whoever walks through a value may go as deep as this. */
const DEEPEST = 100;

/** What JSON says; or in `problem` why it cannot be taken, as the end of a sentence about it. */
export type Parsed = { readonly value: unknown } | { readonly problem: string };

/** JSON from outside. Keys called `__proto__`, which turn into prototypes when they are copied, are left out. */
export function parseAnswer(text: string): Parsed {
  // Before it is parsed: ten million brackets take V8 four seconds.
  if (isDeeperThan(DEEPEST, text)) return { problem: `is nested more than ${DEEPEST} deep` };
  try {
    const hasPrototypes = /__proto__|\\u005f/i.test(text);
    return { value: JSON.parse(text, hasPrototypes ? dropPrototypes : undefined) };
  } catch (error) {
    return { problem: `is broken: ${withoutSource((error as Error).message)}` };
  }
}

function dropPrototypes(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}

/** V8 quotes the text around some mistakes, which may be long or private. */
function withoutSource(message: string): string {
  return message.replace(/, (\.{3})?".*"(\.{3})? is not valid JSON$/s, "");
}
