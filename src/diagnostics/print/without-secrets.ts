import { covered, maskCredentials } from "../../support/credentials.ts";
import type { Place } from "../diagnostic.ts";

/**
 * `source` with what looks like a credential covered, as long as before: what is printed ends up in logs. Around the
 * place of a hard-coded credential every text on those lines is, because it may have been put together from parts.
 */
export function withoutSecrets(source: string, code: string, { line, endLine = line }: Place): string {
  const masked = maskCredentials(source);
  if (code !== "MS3201") return masked;
  return masked
    .split(/(?<=\r\n|[\n\u2028\u2029]|\r(?!\n))/)
    .map((text, i) => (i >= line - 2 && i <= endLine ? text.replace(LONG_PART, covered) : text))
    .join("");
}

/** Long enough to be of use to a thief, and mixed as words are not. */
const LONG_PART = /(?=[A-Za-z_+/=-]*\d)[A-Za-z0-9_+/=-]{12,}/g;
