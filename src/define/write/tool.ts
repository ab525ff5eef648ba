import type { ToolCode } from "../../plan/index.ts";
import { toMs } from "../../support/duration.ts";
import { isSchema, toCheck, toJsonSchema } from "../check.ts";
import { type ToolRecord, toolRecord } from "../define-tool.ts";

/** Longer than any answer that somebody waits for; what takes longer says so. */
const TIMEOUT_MS = 60_000;
/** About 16,000 tokens. */
const MAX_RESULT_KB = 64;

type Predicate = (input: unknown) => unknown;

/** The code of a tool, or nothing of what is none. What is wrong with its options is for `toolOptions`. */
export function toToolCode(value: unknown): ToolCode[] {
  const tool = toolRecord(value);
  if (!tool || !isSchema(tool.input)) return [];
  const { name, effects = false, timeout, maxResultKb, output } = tool;
  const written = toJsonSchema(tool.input, "input");
  const constraints = constraintsOf(tool);
  return [
    {
      name,
      description: toDescription(tool, constraints),
      effects,
      // Of a schema that JSON Schema cannot say, the model knows nothing; the arguments are checked all the same.
      input: "schema" in written ? written.schema : {},
      timeoutMs: (typeof timeout === "string" ? toMs(timeout) : undefined) ?? TIMEOUT_MS,
      maxResultBytes: (typeof maxResultKb === "number" ? maxResultKb : MAX_RESULT_KB) * 1024,
      secrets: toolSecrets(tool),
      run: tool.run as ToolCode["run"],
      checkInput: toCheck(tool.input),
      ...(isSchema(output) ? { checkOutput: toCheck(output) } : {}),
      ...(constraints.length > 0 ? { refusal: (input) => refusalOf(input, constraints) } : {}),
    },
  ];
}

/** The names of the secrets that a tool is given. */
export function toolSecrets({ secrets }: ToolRecord): readonly string[] {
  return Array.isArray(secrets) ? secrets.filter((name) => typeof name === "string") : [];
}

function constraintsOf({ constraints }: ToolRecord): readonly (readonly [string, Predicate])[] {
  return Object.entries(Object(constraints) as Readonly<Record<string, unknown>>).filter(
    (entry): entry is [string, Predicate] => typeof entry[1] === "function",
  );
}

/** A model that knows the rules breaks them less often. */
function toDescription(
  { description }: ToolRecord,
  constraints: readonly (readonly [string, Predicate])[],
): string {
  if (constraints.length === 0) return description;
  return `${description}\nA call is refused unless:\n${constraints.map(([says]) => `- ${says}`).join("\n")}`;
}

/** The first that does not hold. One that cannot be looked at does not hold either. */
async function refusalOf(
  input: unknown,
  constraints: readonly (readonly [string, Predicate])[],
): Promise<string | undefined> {
  for (const [says, holds] of constraints) {
    try {
      if ((await holds(input)) !== true) return says;
    } catch {
      return `${says} (which could not be checked)`;
    }
  }
  return undefined;
}
