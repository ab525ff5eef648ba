import { checkHttp } from "../compile/rules/config-sources.ts";
import { checkDurability, checkShared } from "../compile/rules/config-values.ts";
import { findUnknownProgramOptions } from "../compile/rules/unknown-option.ts";
import { definitionKind } from "../define/definition.ts";
import { describe } from "../define/describe.ts";
import { shown } from "../define/write/writing.ts";
import { diagnose } from "../diagnostics/index.ts";
import { nearest } from "../support/nearest.ts";

/**
 * Refuses what a program opens Maestro with and nothing reads, or could never work: by the rules of `maestro.config.ts`
 * where that says the same. A misspelt durability would otherwise be another one than was asked for.
 * @throws TypeError with the option, and what it has to be
 */
export function checkOptions(options: unknown): void {
  if (typeof options !== "object" || options === null)
    throw new TypeError(
      'openMaestro has to be told what it plays and where it keeps the runs: openMaestro({ scores: [report], store: "runs.db" })',
    );
  const given = options as Readonly<Record<string, unknown>>;
  findUnknownProgramOptions(given, ({ code, facts }) => {
    const { message, hint } = diagnose(code, facts as never, {});
    throw new TypeError(`${message.replace(/\.$/, "")}: ${hint}`);
  });
  checkOwn(given);
  checkDurability(given.durability, ["durability"], (what, value, reason) => {
    const guess = typeof value === "string" ? nearest(value, ["power", "process"]) : undefined;
    wrong(what, value, guess === undefined ? reason : `${reason}: did you mean "${guess}"?`);
  });
  checkShared(given, wrong);
  checkHttp(given.http, (value, reason, ...path) => wrong(path.join("."), value, reason));
}

/** What only programs say. */
function checkOwn({ scores, store, secret, root }: Readonly<Record<string, unknown>>): void {
  if (!Array.isArray(scores)) wrong("scores", scores, "it has to list scores: scores: [report]");
  for (const [i, score] of scores.entries())
    if (definitionKind(score) !== "score")
      wrong(`scores[${i}]`, score, "it has to be a score as defineScore gave it");
  if (typeof store !== "string" || store === "")
    wrong("store", store, 'it has to be the path of the file that keeps the runs: "runs.db"');
  // Not what it is: that may be the secret itself.
  if (secret !== undefined && typeof secret !== "function")
    throw new TypeError(
      `secret is ${describe(secret)}; it has to be a function that gives a secret by its name`,
    );
  if (root !== undefined && typeof root !== "string")
    wrong("root", root, "it has to be the path of a folder");
}

function wrong(what: string, value: unknown, reason: string): never {
  throw new TypeError(`${what} is ${value === undefined ? "missing" : shown(value)}; ${reason}`);
}
