/** The one conversion that needs neither a schema nor a choice. */
export const AS_TEXT = "asText(…)";

const TEXT = /^(?:a string|text)\b/;
const LIST = /^a list\b/;
const OBJECT = /^(?:an object\b|an? .*\{)/;

/**
 * The conversion that makes of what is given what is taken, as a hint names it; `undefined` when there is none.
 * @param given in the words of a finding: `a string`, `a list`, `an object`
 */
export function conversionFor(given: string, takes: string): string | undefined {
  if (TEXT.test(given) && LIST.test(takes)) return "asLines(…), or asJson(…, schema) when it is JSON";
  if (TEXT.test(given) && OBJECT.test(takes))
    return "asJson(…, schema), or frontMatter(…, schema) when it is Markdown";
  return TEXT.test(takes) && (LIST.test(given) || OBJECT.test(given)) ? AS_TEXT : undefined;
}
