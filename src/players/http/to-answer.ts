import { MaestroError } from "../../diagnostics/index.ts";
import type { Check } from "../../plan/index.ts";
import { checked, outputRefused } from "../checked.ts";
import type { Redactor } from "../redactor.ts";
import { decodeText } from "./decode-text.ts";
import type { HttpRequest } from "./http-request.ts";
import { parseAnswer } from "./parse-answer.ts";

/** How a body is read. */
interface Reading {
  readonly contentType: string | undefined;
  readonly check: Check | undefined;
  readonly redactor: Redactor;
}

/**
 * What a body comes to, as the schema gives it back: JSON when its type says so or when it can be read as JSON, else text;
 * `null` when it is empty. A body that only happens to look like JSON, `42` as plain text, is also offered as text.
 * @throws MaestroError MR3001, MR3032
 */
export function toAnswer(
  bytes: Buffer,
  { method, url }: HttpRequest,
  { contentType, check, redactor }: Reading,
): unknown {
  const accept = (value: unknown) => (check ? checked(check, value, outputRefused) : value);
  if (bytes.length === 0) return accept(null);
  const text = decodeText(bytes, contentType, { isCut: false });
  const parsed = parseAnswer(text);
  const isJson = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? "");
  if ("problem" in parsed) {
    if (!isJson) return accept(redactor.text(text));
    throw new MaestroError("MR3032", {
      method,
      host: url.host,
      detail: `the JSON in its body ${parsed.problem}`,
    });
  }
  const value = redactor.value(parsed.value);
  if (isJson || !check || typeof value === "string") return accept(value);
  return either(check, value, redactor.text(text));
}

/** The value, or the text when the schema takes only that. */
async function either(check: Check, value: unknown, text: string): Promise<unknown> {
  const first = await check(value);
  if ("value" in first) return first.value;
  const second = await check(text);
  return "value" in second ? second.value : outputRefused(first.problems);
}
