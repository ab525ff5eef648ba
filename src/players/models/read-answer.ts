import type { JsonSchema } from "../../plan/index.ts";

/** What a model is asked to answer with, and how its answer is read. */
export interface AnswerForm {
  /** Schema of an object, as providers want it; absent for plain text. */
  readonly schema: JsonSchema | undefined;
  /** The value in the answer, or why there is none. */
  read(text: string): { readonly value: unknown } | { readonly problem: string };
}

/** Providers want an object: any other value stands in a field of this name. */
const FIELD = "value";

/** A text is answered as it is, an object as JSON, anything else as JSON in an object of one field. */
export function toAnswerForm(output: JsonSchema | undefined): AnswerForm {
  if (output?.type === "string" && output.enum === undefined && output.const === undefined)
    return { schema: undefined, read: (value) => ({ value }) };
  if (output === undefined || output.type === "object") return { schema: output ?? {}, read: readJson };
  return {
    schema: {
      type: "object",
      properties: { [FIELD]: output },
      required: [FIELD],
      additionalProperties: false,
    },
    read(text) {
      const read = readJson(text);
      if ("problem" in read) return read;
      const { value } = read;
      const isWrapped = typeof value === "object" && value !== null && Object.hasOwn(value, FIELD);
      return isWrapped ? { value: (value as Record<string, unknown>)[FIELD] } : read;
    },
  };
}

/** JSON, also in a fence, which models that are not made to answer in JSON put around it. */
function readJson(text: string): { readonly value: unknown } | { readonly problem: string } {
  const trimmed = text.trim();
  if (trimmed === "") return { problem: "it is empty" };
  const fenced = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/i.exec(trimmed)?.[1];
  try {
    return { value: JSON.parse(fenced ?? trimmed) };
  } catch (error) {
    return { problem: `it is not JSON: ${(error as Error).message}` };
  }
}
