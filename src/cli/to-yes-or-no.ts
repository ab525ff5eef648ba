import type { JsonSchema } from "../plan/index.ts";

const YES = new Set(["yes", "approve", "approved", "accept", "accepted", "ok", "go"]);
const NO = new Set(["no", "reject", "rejected", "decline", "declined", "deny", "denied", "stop"]);

/** A decision that a plain yes or no makes: the whole of it, or one of its fields. */
export interface YesOrNo {
  /** Undefined: the whole decision. */
  readonly field?: string;
  readonly yes: unknown;
  readonly no: unknown;
}

/**
 * What yes and no mean to a checkpoint with this form. Undefined when that is not clear: there is none, or several, of
 * what can only be true or false, or one of two words that mean yes and no.
 */
export function toYesOrNo(schema: JsonSchema | undefined): YesOrNo | undefined {
  if (schema === undefined) return undefined;
  const whole = choiceIn(schema);
  if (whole) return whole;
  const fields = Object.entries((schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>);
  const choices = fields.flatMap(([field, form]) => {
    const choice = choiceIn(form);
    return choice ? [{ field, ...choice }] : [];
  });
  const named = choices.filter(({ field }) => YES.has(field.toLowerCase()));
  return choices.length === 1 ? choices[0] : named.length === 1 ? named[0] : undefined;
}

function choiceIn({
  type,
  enum: words,
}: JsonSchema): { readonly yes: unknown; readonly no: unknown } | undefined {
  if (type === "boolean") return { yes: true, no: false };
  if (!Array.isArray(words) || words.length !== 2) return undefined;
  const among = (known: ReadonlySet<string>) => words.find((word) => known.has(String(word).toLowerCase()));
  const [yes, no] = [among(YES), among(NO)];
  return yes === undefined || no === undefined ? undefined : { yes, no };
}
