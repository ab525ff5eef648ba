import { Script } from "node:vm";
import { isSchema, toJsonSchema } from "../../define/check.ts";
import type { AgentRecord } from "../../define/define-agent.ts";
import { idText } from "../../define/describe.ts";
import type { JsonSchema } from "../../plan/index.ts";
import { isThenable } from "../../support/is-thenable.ts";
import { nearest } from "../../support/nearest.ts";
import { type Readings, toStandIn } from "../child/stand-in.ts";
import type { DefinitionContext } from "./definition-rules.ts";

/** Only an endless function takes so long, also where the machine is busy. */
const LONGEST_MS = 2_000;
const MOST_LEFT_OUT = 20;

interface Checking {
  readonly agent: AgentRecord;
  /** The names of the input's fields. */
  readonly fields: readonly string[];
  readonly report: DefinitionContext["report"];
}

/** MS3102 and MS3105: instructions that do not fit the agent's input. A function is tried with a stand-in for it. */
export function instructions({ kind, definition, report }: DefinitionContext): void {
  if (kind !== "agent") return;
  const agent = definition as unknown as AgentRecord;
  const written = isSchema(agent.input) ? toJsonSchema(agent.input, "output") : undefined;
  const schema = written && "schema" in written ? written.schema : undefined;
  const fields = Object.keys((schema?.properties as object | undefined) ?? {});
  const checking: Checking = { agent, fields, report };
  if (typeof agent.instructions === "string") findPlaceholders(agent.instructions, PLACEHOLDER, checking);
  else if (typeof agent.instructions === "function" && schema) tryFunction(schema, checking);
}

/** `{{name}}`, `${name}`, `{name}`. */
const PLACEHOLDER =
  /\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}|\$\{\s*([A-Za-z_][\w.]*)\s*\}|(?<![{$\w])\{([A-Za-z_]\w*)\}(?!\})/g;

/** What no function would leave in its text for another to fill. */
const DOUBLED = /\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}/g;

function findPlaceholders(text: string, pattern: RegExp, { agent, fields, report }: Checking): void {
  const told = new Set<string>();
  const quoted = [...text.matchAll(/```[\s\S]*?```|`[^`\n]*`/g)].map((match) => [
    match.index,
    match.index + match[0].length,
  ]);
  for (const match of text.matchAll(pattern)) {
    const [words, doubled, dollar, single] = match;
    const name = (doubled ?? dollar ?? single)!.replace(/^input\./, "");
    const field = name.split(/[.-]/, 1)[0]!;
    const isField = fields.includes(name) || fields.includes(field);
    // Code in quotation, and variables of a shell, may be what the text is about.
    const isQuoted = quoted.some(([from, to]) => from! <= match.index && match.index < to!);
    const isMeant = isField || (single === undefined && !isQuoted && !(dollar && /^[A-Z_\d]+$/.test(dollar)));
    if (!isMeant || told.has(words)) continue;
    told.add(words);
    const guess = isField ? name : nearest(name, fields);
    report({
      code: "MS3102",
      facts: {
        agent: idText(agent.id),
        problem: `hold "${words}", which nothing fills`,
        next:
          guess === undefined
            ? "take it out, or write a function of the input: instructions: (input) => `…`"
            : `write a function of the input: instructions: (input) => \`… \${input.${guess}} …\``,
        words,
      },
      ...at(agent),
    });
  }
}

function tryFunction(schema: JsonSchema, checking: Checking): void {
  const { agent, fields, report } = checking;
  const tried = tryWith(schema, agent);
  if (!tried) return;
  const { text, readings } = tried;
  findPlaceholders(text, DOUBLED, checking);
  if (!readings.isRead) {
    if (schema.type === "object" && fields.length > 0)
      report({ code: "MS3105", facts: { agent: idText(agent.id) }, ...at(agent) });
    return;
  }
  for (const [path, { field, known }] of readings.missing) {
    const guess = nearest(field, known);
    const has = known.length > 0 ? ` (it has: ${known.join(", ")})` : "";
    const whole = path.includes(".") ? `"${path.slice(0, path.lastIndexOf("."))}" of its input` : "its input";
    tell(checking, `read "${path}", and ${whole} has no such field${has}`, {
      next: guess === undefined ? "add it to the agent's input schema" : `did you mean "${guess}"?`,
      words: field,
    });
  }
  if (text.includes("[object Object]")) {
    for (const path of new Set([...readings.texts].map((one) => one.replace(/\[\]$/, "")))) {
      const named = path === "" ? "the whole input" : `"${path}"`;
      const value = path === "" ? "input" : `input.${path}`;
      tell(checking, `put ${named} into text, where it is "[object Object]"`, {
        next: path.includes("[]")
          ? "name one of its fields, or put it there as JSON.stringify(…)"
          : `name one of its fields, or put it there as JSON.stringify(${value})`,
        words: path.split(".").at(-1),
      });
    }
  }
  for (const path of [...readings.optional].slice(0, MOST_LEFT_OUT)) {
    const without = tryWith(schema, agent, path);
    if (!without || undefinedIn(without.text) <= undefinedIn(text)) continue;
    const value = path.includes("[]") ? path.slice(path.lastIndexOf("[]") + 3) : `input.${path}`;
    tell(checking, `say "undefined" when "${path}" is left out`, {
      next: `say what stands there then: \${${value} ?? "…"}`,
      words: path.split(".").at(-1),
    });
  }
}

function tell(
  { agent, report }: Checking,
  problem: string,
  { next, words }: { readonly next: string; readonly words: string | undefined },
): void {
  report({ code: "MS3102", facts: { agent: idText(agent.id), problem, next, words }, ...at(agent) });
}

function undefinedIn(text: string): number {
  return text.split(/\bundefined\b/).length;
}

function at({ id, sites }: AgentRecord) {
  return { sites, path: ["instructions"], subject: id };
}

/** What the function makes of a stand-in; `undefined` when it throws, takes long or gives no text: then nothing is sure. */
function tryWith(
  schema: JsonSchema,
  { instructions }: AgentRecord,
  absent?: string,
): { readonly text: string; readonly readings: Readings } | undefined {
  const { value, readings } = toStandIn(schema, absent);
  try {
    const text = withinTime(() => (instructions as (input: unknown) => unknown)(value));
    if (isThenable(text)) text.then(undefined, () => undefined);
    return typeof text === "string" ? { text, readings } : undefined;
  } catch {
    return undefined;
  }
}

/** Where a script that is limited in time finds what to call. */
const CALL = Symbol.for("maestro.call");
const caller = new Script(`globalThis[Symbol.for("maestro.call")]()`);

function withinTime(call: () => unknown): unknown {
  const holder = globalThis as { [CALL]?: () => unknown };
  holder[CALL] = call;
  try {
    return caller.runInThisContext({ timeout: LONGEST_MS });
  } finally {
    delete holder[CALL];
  }
}
