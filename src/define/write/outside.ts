import type { Expr, HttpNode, ScoreNode, ShellNode } from "../../plan/index.ts";
import type { ScoreRecord } from "../define-score.ts";
import { definitionKind } from "../definition.ts";
import { describe } from "../describe.ts";
import type { NodeRecord } from "../record.ts";
import { toExpr } from "../to-expr.ts";
import { attempts } from "./attempts.ts";
import { caching } from "./caching.ts";
import { failure, order } from "./policies.ts";
import { type At, invalid, oneOfWords, schemaOf, shown, type Writing, wholeNumber } from "./writing.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const DEEPEST = 20;

/** The plan of a request. */
export function writeHttp(record: NodeRecord, at: At, writing: Writing): HttpNode {
  const { options } = record;
  const method = oneOfWords(options.method, "method", METHODS, at, writing) ?? "GET";
  const where = `the response of ${at().reader}`;
  const response = schemaOf(
    options.response,
    "output",
    { option: "response", where, place: at("response") },
    writing,
  );
  const bound = bindings(["query", "headers", "body"], record, at, writing);
  const { url, idempotencyHeader: header } = options;
  if (url === undefined || url === "")
    invalid("url", shown(url), "it has to be an address", at("url"), writing);
  if (header !== undefined && !(typeof header === "string" && HEADER.test(header)))
    invalid(
      "idempotencyHeader",
      shown(header),
      "it has to be the name of a header",
      at("idempotencyHeader"),
      writing,
    );
  return {
    kind: "http",
    method,
    url: toExpr(url ?? "", at("url"), writing),
    ...bound,
    ...(typeof header === "string" ? { idempotencyHeader: header } : {}),
    ...(options.idempotent === true ? { idempotent: true } : {}),
    ...(response.json ? { output: response.json } : {}),
    code: writing.book.addCheck(response.check),
    ...order(record, at, writing),
    ...attempts(record, at, writing),
    ...caching(record, at, writing, isRead(method) || options.idempotent === true),
    ...failure(record, at, writing),
  };
}

function isRead(method: (typeof METHODS)[number]): boolean {
  return method === "GET" || method === "HEAD";
}

/** The plan of a program. */
export function writeShell(record: NodeRecord, at: At, writing: Writing): ShellNode {
  const { command, script, idempotent } = record.options;
  if ((command === undefined) === (script === undefined)) {
    const found = command === undefined ? "nothing" : "there, and so is `script`";
    invalid(
      "command",
      found,
      "give a program and its arguments, or a script, and not both",
      at("command"),
      writing,
    );
  }
  if (command !== undefined && (!Array.isArray(command) || command.length === 0 || command[0] === ""))
    invalid("command", shown(command), "it lists a program and its arguments", at("command"), writing);
  return {
    kind: "shell",
    ...bindings(["command", "script", "cwd", "env", "stdin"], record, at, writing),
    ...(idempotent === true ? { idempotent } : {}),
    ...order(record, at, writing),
    ...attempts(record, at, writing),
    ...caching(record, at, writing, idempotent === true),
    ...failure(record, at, writing),
  };
}

/** The plan of another score that is played. */
export function writeScore(record: NodeRecord, at: At, writing: Writing): ScoreNode {
  const { options, plays } = record;
  const score = typeof plays === "function" ? (plays as () => unknown)() : plays;
  const isScore = definitionKind(score) === "score";
  if (!isScore) invalid("score", describe(score), "it has to be a score of defineScore()", at(), writing);
  const maxDepth =
    options.maxDepth === undefined
      ? undefined
      : wholeNumber(options.maxDepth, "maxDepth", DEEPEST, at, writing);
  return {
    kind: "score",
    score: isScore ? writing.book.addScore(score as ScoreRecord) : "?",
    input: toExpr(options.input ?? {}, at("input"), writing),
    ...(maxDepth === undefined ? {} : { maxDepth }),
    ...order(record, at, writing),
    ...attempts(record, at, writing),
    ...failure(record, at, writing),
  };
}

function bindings<const K extends string>(
  keys: readonly K[],
  { options }: NodeRecord,
  at: At,
  writing: Writing,
): { readonly [key in K]?: Expr } {
  const bound: { [key in K]?: Expr } = {};
  for (const key of keys) if (options[key] !== undefined) bound[key] = toExpr(options[key], at(key), writing);
  return bound;
}
